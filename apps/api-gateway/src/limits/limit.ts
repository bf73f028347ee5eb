import { CodedError } from '@edgeway/errors';
import { addressKey, rateLimitFields, type RateLimit } from '@edgeway/rate-limit';
import type { Request, RequestHandler, Response } from 'express';
import { callerOf } from '../identity/authenticate.ts';

/** Counts a request against a policy, says so in the RateLimit fields, and refuses what is over it. */
export function limit(rateLimit: RateLimit, per: 'address' | 'user'): RequestHandler {
  return async (request, response, next) => {
    const decision = await rateLimit.consume(keyOf(request, response, per));
    if (decision !== undefined) {
      const fields = rateLimitFields(rateLimit.policy, decision);
      if (!decision.allowed)
        throw new CodedError('RATE_LIMITED', { headers: fields, detail: `Try again in ${decision.resetSeconds} s.` });
      response.set(fields);
    }
    next();
  };
}

function keyOf(request: Request, response: Response, per: 'address' | 'user'): string {
  const identity = callerOf(response);
  // express reads the client's address from X-Forwarded-For for as many hops as are trusted.
  return per === 'user' && identity !== undefined ? identity.userId : addressKey(request.ip ?? 'unknown');
}
