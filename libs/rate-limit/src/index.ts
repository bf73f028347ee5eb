export { addressKey } from './address-key.ts';
export { rateLimitFields } from './fields.ts';
export {
  createRateLimit,
  type Decision,
  type OnStoreFailure,
  type RateLimit,
  type RateLimitPolicy,
} from './rate-limit.ts';
