import { CodedError } from '@edgeway/errors';
import { errors, jwtVerify, SignJWT, type JWK, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { z } from 'zod';
import type { Identity } from './identity.ts';

/** What makes one kind of token differ from another, so that none passes for the other (RFC 8725, 3.11 and 3.12). */
export interface TokenKind {
  readonly typ: string;
  readonly issuer: string;
  readonly audience: string;
}

/** Longer tokens are refused unread; ours have about 500 characters. */
const maxLength = 8192;

const Claims = z.object({ sub: z.string().min(1), sid: z.string().min(1), scope: z.string() });

export interface Claimed {
  readonly userId: string;
  readonly scopes: Iterable<string>;
  readonly sessionId: string;
}

/** Signs an identity as a JWT with EdDSA. */
export async function signIdentity(
  kind: TokenKind,
  privateJwk: JWK,
  claimed: Claimed,
  ttlSeconds: number,
): Promise<string> {
  return new SignJWT({ scope: [...claimed.scopes].join(' '), sid: claimed.sessionId })
    .setProtectedHeader({
      alg: 'EdDSA',
      typ: kind.typ,
      ...(privateJwk.kid === undefined ? {} : { kid: privateJwk.kid }),
    })
    .setSubject(claimed.userId)
    .setIssuer(kind.issuer)
    .setAudience(kind.audience)
    .setIssuedAt()
    .setExpirationTime(`${ttlSeconds} s`)
    .setJti(crypto.randomUUID())
    .sign(privateJwk); // not an imported key: jose keeps the import by object, which halves the cost
}

/**
 * Verifies a token of `kind` and returns whom it speaks for.
 *
 * The algorithm is ours to name, never the token's; keys come from `keys` by kid, never from a
 * `jku`, `x5u` or `jwk` in the token (RFC 8725, 3.1 and 3.10).
 *
 * @throws CodedError TOKEN_EXPIRED, or TOKEN_INVALID for anything else that is wrong with the token.
 *   What `keys` throws because it cannot reach its keys passes through: that is not the token's fault.
 */
export async function verifyIdentity(
  kind: TokenKind,
  keys: JWTVerifyGetKey,
  token: string,
): Promise<Identity & { readonly expiresAt: number }> {
  if (token.length > maxLength)
    throw new CodedError('TOKEN_INVALID', { detail: `The token is longer than ${maxLength} characters.` });
  const rules: JWTVerifyOptions = {
    algorithms: ['EdDSA'],
    issuer: kind.issuer,
    audience: kind.audience,
    typ: kind.typ,
    requiredClaims: ['exp', 'iat'],
    clockTolerance: 5,
  };
  const { payload } = await jwtVerify(token, keepingOutages(keys), rules).catch((error: unknown) => {
    throw tokenError(error);
  });
  const claims = Claims.safeParse(payload);
  if (!claims.success)
    throw new CodedError('TOKEN_INVALID', { detail: 'The token lacks a claim.', cause: claims.error });
  const { sub, sid, scope } = claims.data;
  return {
    userId: sub,
    sessionId: sid,
    scopes: new Set(scope.split(' ').filter((name) => name !== '')),
    expiresAt: Number(payload.exp),
  };
}

/** jose's ways to say that a key set was read and has no key for this token. */
const noSuchKey = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/** Tells a key set that could not be read, which is our fault, from a token that fits no key in it. */
function keepingOutages(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      throw noSuchKey.some((kind) => error instanceof kind) ? error : new KeysUnreadable(error);
    }
  };
}

class KeysUnreadable extends Error {
  constructor(cause: unknown) {
    super('the keys cannot be read', { cause });
  }
}

function tokenError(error: unknown): unknown {
  if (error instanceof KeysUnreadable) return error.cause;
  return new CodedError(error instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID', { cause: error });
}
