import { isCoded } from '@edgeway/errors';
import {
  base64url,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair as generate,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type JWTPayload,
} from 'jose';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAccessTokenIssuer, createAccessTokenVerifier } from './access-token.ts';
import { createInternalTokenIssuer, createInternalTokenVerifier } from './internal-token.ts';
import { generateKeyPair, type JwkPair } from './keys.ts';

const ada = { userId: 'ada', scopes: ['orders:read', 'orders:write'], sessionId: 's1' };
let pair: JwkPair;
let verify: (token: string) => Promise<unknown>;

beforeAll(async () => {
  pair = await generateKeyPair();
  verify = createAccessTokenVerifier({ keys: createLocalJWKSet({ keys: [pair.publicJwk] }) }).verify;
});

const good: JWTPayload = { sub: 'ada', sid: 's1', scope: 'orders:read', iss: 'https://edgeway.local', aud: 'edgeway' };
const now = (): number => Math.floor(Date.now() / 1000);

/** A token signed with our key but otherwise free to be wrong. */
async function forge(claims: JWTPayload = {}, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ ...good, iat: now(), exp: now() + 60, ...claims })
    .setProtectedHeader({
      alg: 'EdDSA',
      typ: 'at+jwt',
      ...(pair.publicJwk.kid ? { kid: pair.publicJwk.kid } : {}),
      ...header,
    })
    .sign(await importJWK(pair.privateJwk, 'EdDSA'));
}

/** The same without the care that jose takes of what it signs. */
async function signRaw(header: object, claims: object): Promise<string> {
  const signed = [header, claims].map((part) => base64url.encode(JSON.stringify(part))).join('.');
  const key = await importJWK(pair.privateJwk, 'EdDSA');
  if (key instanceof Uint8Array) throw new TypeError('not a private key');
  const signature = await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(signed));
  return `${signed}.${base64url.encode(new Uint8Array(signature))}`;
}

const codeOf = async (token: string): Promise<string> =>
  verify(token).then(
    () => 'accepted',
    (error: unknown) => (isCoded(error) ? error.code : String(error)),
  );

describe('access tokens', () => {
  it('carry identity, scopes and session from issuer to verifier', async () => {
    const issuer = createAccessTokenIssuer({ privateJwk: pair.privateJwk });
    const { token, expiresIn } = await issuer.issue(ada);
    expect(expiresIn).toBe(300);
    expect(await verify(token)).toMatchObject({ userId: 'ada', sessionId: 's1', scopes: new Set(ada.scopes) });
    expect(JSON.stringify(issuer.jwks())).not.toContain('"d"');
  });

  it('accepts the token all the forgeries below are made from', async () => {
    expect(await codeOf(await forge())).toBe('accepted');
  });

  it.each<[string, JWTPayload, Record<string, unknown>, string]>([
    ['expired', { exp: now() - 60 }, {}, 'TOKEN_EXPIRED'],
    ['not yet valid', { nbf: now() + 600 }, {}, 'TOKEN_INVALID'],
    ['of another issuer', { iss: 'https://evil.example' }, {}, 'TOKEN_INVALID'],
    ['for another audience', { aud: 'edgeway-internal' }, {}, 'TOKEN_INVALID'],
    ['of another type', {}, { typ: 'JWT' }, 'TOKEN_INVALID'],
    ['with an unknown key id', {}, { kid: '../../etc/passwd' }, 'TOKEN_INVALID'],
    ['without a session', { sid: '' }, {}, 'TOKEN_INVALID'],
    ['for two audiences, neither of them us', { aud: ['a', 'b'] }, {}, 'TOKEN_INVALID'],
    ['with a key id that is no text', {}, { kid: {} }, 'TOKEN_INVALID'],
  ])('refuses one that is %s', async (_what, claims, header, code) => {
    expect(await codeOf(await forge(claims, header))).toBe(code);
  });

  it('refuses "none", a MAC made with the public key, a foreign key offered in the header, and noise', async () => {
    const unsecured = new UnsecuredJWT({ ...good, exp: now() + 60, iat: now() }).encode();
    const mac = await new SignJWT({ ...good, iat: now(), exp: now() + 60 })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .sign(base64url.decode(String(pair.publicJwk.x)));
    const foreign = await generate('EdDSA', { crv: 'Ed25519' });
    const embedded = await new SignJWT({ ...good, iat: now(), exp: now() + 60 })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', jwk: await exportJWK(foreign.publicKey) })
      .sign(foreign.privateKey);
    for (const token of [unsecured, mac, embedded, 'a.b.c', '', 'x'.repeat(9000)])
      expect(await codeOf(token)).toBe('TOKEN_INVALID');
  });

  it('refuses a critical extension it does not know (RFC 7515, 4.1.11) and a token that never ends', async () => {
    const header = { alg: 'EdDSA', typ: 'at+jwt', kid: pair.publicJwk.kid };
    const claims = { ...good, iat: now(), exp: now() + 60 };
    expect(await codeOf(await signRaw(header, claims))).toBe('accepted');
    expect(await codeOf(await signRaw({ ...header, crit: ['x'], x: 1 }, claims))).toBe('TOKEN_INVALID');
    expect(await codeOf(await signRaw(header, { ...claims, exp: undefined }))).toBe('TOKEN_INVALID');
    expect(await codeOf(await signRaw(header, { ...claims, exp: '9999999999' }))).toBe('TOKEN_INVALID');
  });

  it('refuses every change of a single character', async () => {
    const token = await forge();
    // All but the last: 86 characters carry four bits more than the 64 bytes of a signature.
    const changeable = fc.nat(token.length - 2);
    const strangers = ['A', 'z', '0', '-', '_', '.', '=', '+', '/', ' '];
    await fc.assert(
      fc.asyncProperty(changeable, fc.constantFrom(...strangers), async (at, character) => {
        fc.pre(token[at] !== character);
        expect(await codeOf(token.slice(0, at) + character + token.slice(at + 1))).toBe('TOKEN_INVALID');
      }),
    );
  });

  it.each([new TypeError('fetch failed'), new errors.JWKSTimeout(), new errors.JOSEError('Expected 200 OK')])(
    'lets a failure to read the keys pass as what it is, not as a bad token: $message',
    async (failure) => {
      const unreachable = createAccessTokenVerifier({
        keys: () => {
          throw failure;
        },
      });
      await expect(unreachable.verify(await forge())).rejects.toBe(failure);
    },
  );
});

describe('internal tokens', () => {
  it('and access tokens never pass for each other, even under the same key', async () => {
    const inner = createInternalTokenVerifier({ publicJwk: pair.publicJwk });
    const minted = await createInternalTokenIssuer({ privateJwk: pair.privateJwk }).issue(ada);
    expect(await inner.verify(minted)).toMatchObject({ userId: 'ada' });
    expect(await codeOf(minted)).toBe('TOKEN_INVALID');
    await expect(inner.verify(await forge())).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});
