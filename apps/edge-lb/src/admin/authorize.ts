import { createHash, timingSafeEqual } from 'node:crypto';
import { CodedError } from '@edgeway/errors';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Lets those pass who know the token (RFC 6750, 2.1). Digests are compared, and not the tokens: equal
 * in length, so that the time taken tells neither length nor content.
 *
 * @param token `undefined`: nobody passes.
 * @returns throws EDGE_READ_ONLY, TOKEN_MISSING or TOKEN_INVALID, for the value of Authorization.
 */
export function authorizer(token: string | undefined): (authorization: string | undefined) => void {
  const expected = token === undefined || token === '' ? undefined : digest(token);
  return (authorization) => {
    if (expected === undefined) throw new CodedError('EDGE_READ_ONLY');
    if (authorization === undefined) throw new CodedError('TOKEN_MISSING');
    const given = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    throw new CodedError('TOKEN_INVALID', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  };
}
