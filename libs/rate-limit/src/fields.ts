import type { Decision, RateLimitPolicy } from './rate-limit.ts';

/** RateLimit-Policy and RateLimit (IETF draft "RateLimit header fields for HTTP", 11), and Retry-After with a refusal. */
export function rateLimitFields(
  { name, points, windowSeconds }: RateLimitPolicy,
  decision: Decision,
): Record<string, string> {
  const { allowed, remaining, resetSeconds } = decision;
  return {
    'ratelimit-policy': `"${name}";q=${points};w=${windowSeconds}`,
    ratelimit: `"${name}";r=${remaining};t=${resetSeconds}`,
    ...(allowed ? {} : { 'retry-after': String(resetSeconds) }),
  };
}
