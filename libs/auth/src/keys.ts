import { calculateJwkThumbprint, exportJWK, generateKeyPair as generate, type JWK } from 'jose';

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

/**
 * A key from the text of a JWK file.
 *
 * @throws TypeError when it is not an Ed25519 JWK with a kid. The text never appears in the message.
 */
export function parseJwk(text: string): JWK {
  const jwk: unknown = parse(text);
  if (typeof jwk === 'object' && jwk !== null && 'kty' in jwk && jwk.kty === 'OKP' && 'kid' in jwk) return jwk as JWK;
  throw new TypeError('the key is not an Ed25519 JWK with a kid');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
