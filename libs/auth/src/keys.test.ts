import { ConfigError } from '@edgeway/config';
import { describe, expect, it } from 'vitest';
import { generateKeyPair, parseJwk, readJwk } from './keys.ts';

const pair = await generateKeyPair();
const text = JSON.stringify(pair.privateJwk);

describe('parseJwk', () => {
  it('reads what generateKeyPair makes', () => {
    expect(parseJwk(text)).toEqual(pair.privateJwk);
    expect(parseJwk(JSON.stringify(pair.publicJwk))).toEqual(pair.publicJwk);
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['another curve', text.replace('Ed25519', 'X25519')],
    ['another kind of key', '{"kty":"oct","kid":"x","k":"secret"}'],
    ['no kid', text.replace('"kid"', '"kib"')],
    ['half an x', JSON.stringify({ ...pair.publicJwk, x: 'AAAA' })],
  ])('refuses %s without showing it', (_what, given) => {
    expect(() => parseJwk(given)).toThrow(/^the key is not an Ed25519 JWK with a kid$/);
  });
});

describe('readJwk', () => {
  const reading = (env: NodeJS.ProcessEnv, half: 'private' | 'public') => () => readJwk(env, 'SIGNING_KEY', half);

  it('takes the half that was asked for and refuses the other, the missing and the broken by name', () => {
    expect(reading({ SIGNING_KEY: text }, 'private')()).toEqual(pair.privateJwk);
    expect(reading({ SIGNING_KEY: text }, 'public')).toThrow(/SIGNING_KEY_FILE +must hold the public key/);
    expect(reading({ SIGNING_KEY: JSON.stringify(pair.publicJwk) }, 'private')).toThrow(ConfigError);
    expect(reading({}, 'private')).toThrow(/SIGNING_KEY_FILE +is required/);
    expect(reading({ SIGNING_KEY: '{}' }, 'private')).toThrow(/SIGNING_KEY_FILE +must hold an Ed25519 JWK/);
  });
});
