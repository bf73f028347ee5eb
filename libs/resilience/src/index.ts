export { backoff, type BackoffOptions } from './backoff.ts';
export { withDeadline } from './deadline.ts';
export { retry, type RetryOptions } from './retry.ts';
