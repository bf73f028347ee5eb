import { ConfigError, readSecret } from '@edgeway/config';
import { calculateJwkThumbprint, exportJWK, generateKeyPair as generate, type JWK } from 'jose';
import { z } from 'zod';

export interface JwkPair {
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

/** An Ed25519 pair whose `kid` is its thumbprint (RFC 7638), bound to EdDSA by `alg` (RFC 8725, 3.1). */
export async function generateKeyPair(): Promise<JwkPair> {
  const pair = await generate('EdDSA', { crv: 'Ed25519', extractable: true });
  const publicKey = await exportJWK(pair.publicKey);
  const marks = { kid: await calculateJwkThumbprint(publicKey), alg: 'EdDSA', use: 'sig' };
  return {
    privateJwk: { ...(await exportJWK(pair.privateKey)), ...marks },
    publicJwk: { ...publicKey, ...marks },
  };
}

/** The public half of a private key: all but `d`. */
export function publicHalf({ d: _secret, ...publicJwk }: JWK): JWK {
  return publicJwk;
}

const Ed25519 = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string().min(1),
  x: z.base64url().length(43),
  d: z.base64url().length(43).optional(),
});

/**
 * A key from the text of a JWK file.
 *
 * @throws TypeError when it is not an Ed25519 JWK with a kid. The text never appears in the message.
 */
export function parseJwk(text: string): JWK {
  const result = Ed25519.safeParse(parse(text));
  if (!result.success) throw new TypeError('the key is not an Ed25519 JWK with a kid');
  const { d, ...publicJwk } = result.data;
  return d === undefined ? publicJwk : { ...publicJwk, d };
}

/**
 * A key from the file that `NAME_FILE` names, or from `NAME` (see readSecret of libs/config).
 *
 * @throws ConfigError when it is missing, is no such key, or is the other half of the pair: a private
 *   key where the public one belongs has been handed to someone who must not have it.
 */
export function readJwk(env: NodeJS.ProcessEnv, name: string, half: 'private' | 'public'): JWK {
  const fault = (message: string, cause?: unknown) =>
    new ConfigError('environment', [{ path: `${name}_FILE`, message }], cause);
  let jwk: JWK;
  const text = readSecret(env, name);
  try {
    jwk = parseJwk(text);
  } catch (cause) {
    throw fault('must hold an Ed25519 JWK with a kid', cause);
  }
  if ((jwk.d === undefined ? 'public' : 'private') !== half) throw fault(`must hold the ${half} key of the pair`);
  return jwk;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
