import { CodedError } from '@edgeway/errors';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** What happens while Redis does not answer. */
export type OnStoreFailure =
  /** Each gateway counts for itself: the limit still holds, times the number of gateways. */
  | 'local'
  /** No limit until Redis is back. */
  | 'allow'
  /** 503 until Redis is back. */
  | 'deny';

export interface RateLimitPolicy {
  /** Shown to clients in the RateLimit fields. */
  readonly name: string;
  /** Requests in a window. */
  readonly points: number;
  readonly windowSeconds: number;
  readonly onStoreFailure: OnStoreFailure;
}

export interface Decision {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the window starts anew. Whole seconds. */
  readonly resetSeconds: number;
}

export interface RateLimit {
  readonly policy: RateLimitPolicy;
  /**
   * Counts one request of `key`. `undefined` when it could not be counted and passes uncounted.
   *
   * @throws CodedError LIMITS_UNAVAILABLE under `deny` while Redis is away.
   */
  consume(key: string): Promise<Decision | undefined>;
}

/** A fixed window a key, counted in Redis, so that N gateways admit what one would, not N times it. */
export function createRateLimit(redis: Redis, policy: RateLimitPolicy): RateLimit {
  const { name, points, windowSeconds, onStoreFailure } = policy;
  const window = { keyPrefix: `limit:${name}`, points, duration: windowSeconds };
  const limiter = new RateLimiterRedis({
    ...window,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    ...(onStoreFailure === 'local' ? { insuranceLimiter: new RateLimiterMemory(window) } : {}),
  });
  return {
    policy,
    async consume(key) {
      try {
        return decisionOf(await limiter.consume(key), true);
      } catch (rejection) {
        if (rejection instanceof RateLimiterRes) return decisionOf(rejection, false);
        if (onStoreFailure === 'allow') return undefined;
        throw new CodedError('LIMITS_UNAVAILABLE', { cause: rejection });
      }
    },
  };
}

function decisionOf({ remainingPoints, msBeforeNext }: RateLimiterRes, allowed: boolean): Decision {
  return { allowed, remaining: remainingPoints, resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) };
}
