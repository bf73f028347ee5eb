export { backoff, type BackoffOptions } from './backoff.ts';
export { withDeadline } from './deadline.ts';
export { retryBudget, type RetryBudget, type RetryBudgetOptions } from './retry-budget.ts';
export { retry, type RetryOptions } from './retry.ts';
