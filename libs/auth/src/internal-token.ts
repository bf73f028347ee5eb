import { createLocalJWKSet, type JWK } from 'jose';
import type { Identity } from './identity.ts';
import { signIdentity, verifyIdentity, type Claimed, type TokenKind } from './signed-identity.ts';

const kind: TokenKind = { typ: 'edgeway-internal+jwt', issuer: 'api-gateway', audience: 'edgeway-internal' };

/** Lifetime of an internal token: one request and its sub-requests. Seconds. */
export const internalTokenSeconds = 60;

/**
 * Mints the identity that travels inside. Services trust the gateway's key alone: a client's token,
 * also a stolen one, opens nothing behind the gateway.
 */
export function createInternalTokenIssuer({ privateJwk }: { readonly privateJwk: JWK }): {
  issue(claimed: Claimed): Promise<string>;
} {
  return { issue: (claimed) => signIdentity(kind, privateJwk, claimed, internalTokenSeconds) };
}

export function createInternalTokenVerifier({ publicJwk }: { readonly publicJwk: JWK }): {
  verify(token: string): Promise<Identity>;
} {
  const keys = createLocalJWKSet({ keys: [publicJwk] });
  return { verify: (token) => verifyIdentity(kind, keys, token) };
}
