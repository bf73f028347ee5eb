import { createInternalTokenIssuer, internalTokenSeconds, type Identity } from '@edgeway/auth';
import type { JWK } from 'jose';

/** A minted token serves half its life, so that no request carries one about to expire. */
const reuseMs = (internalTokenSeconds * 1000) / 2;
const maxKept = 10_000;

/**
 * Mints the identity that travels inside, and keeps it for the next requests of the same session: a
 * signature costs more than the rest of a request.
 */
export function internalTokens(privateJwk: JWK, now: () => number = Date.now): (identity: Identity) => Promise<string> {
  const issuer = createInternalTokenIssuer({ privateJwk });
  const kept = new Map<string, { readonly token: Promise<string>; readonly until: number }>();
  return (identity) => {
    const key = `${identity.sessionId} ${[...identity.scopes].join(' ')}`;
    const known = kept.get(key);
    if (known !== undefined && known.until > now()) return known.token;
    // A Map keeps the order of insertion: the first key is the oldest.
    if (kept.size >= maxKept) kept.delete(kept.keys().next().value!);
    const token = issuer.issue(identity);
    kept.delete(key);
    kept.set(key, { token, until: now() + reuseMs });
    return token;
  };
}
