import type { JSONWebKeySet, JWK, JWTVerifyGetKey } from 'jose';
import type { Identity } from './identity.ts';
import { publicHalf } from './keys.ts';
import { signIdentity, verifyIdentity, type Claimed, type TokenKind } from './signed-identity.ts';

export interface AccessTokenOptions {
  /** Default `https://edgeway.local`. */
  readonly issuer?: string;
  /** Default `edgeway`. */
  readonly audience?: string;
}

export interface AccessTokenIssuer {
  issue(claimed: Claimed): Promise<{ token: string; expiresIn: number }>;
  /** What others need to verify; published at /.well-known/jwks.json. */
  jwks(): JSONWebKeySet;
}

/** Lifetime of an access token. Short, since revocation is checked, not baked in. Seconds. */
export const accessTokenSeconds = 300;

const kindOf = ({ issuer = 'https://edgeway.local', audience = 'edgeway' }: AccessTokenOptions): TokenKind => ({
  typ: 'at+jwt', // RFC 9068
  issuer,
  audience,
});

/** Issues the tokens clients carry. */
export function createAccessTokenIssuer(
  options: AccessTokenOptions & { readonly privateJwk: JWK; readonly ttlSeconds?: number },
): AccessTokenIssuer {
  const { privateJwk, ttlSeconds = accessTokenSeconds } = options;
  const kind = kindOf(options);
  return {
    issue: async (claimed) => ({
      token: await signIdentity(kind, privateJwk, claimed, ttlSeconds),
      expiresIn: ttlSeconds,
    }),
    jwks: () => ({ keys: [publicHalf(privateJwk)] }),
  };
}

export interface AccessTokenVerifier {
  /** `expiresAt` in seconds since the epoch. */
  verify(token: string): Promise<Identity & { readonly expiresAt: number }>;
}

/** Verifies the tokens clients carry, with keys from `keys` (jose's createRemoteJWKSet or createLocalJWKSet). */
export function createAccessTokenVerifier(
  options: AccessTokenOptions & { readonly keys: JWTVerifyGetKey },
): AccessTokenVerifier {
  const kind = kindOf(options);
  return { verify: (token) => verifyIdentity(kind, options.keys, token) };
}
