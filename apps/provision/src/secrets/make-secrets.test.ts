import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInternalTokenIssuer, createInternalTokenVerifier, parseJwk } from '@edgeway/auth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSecrets } from './make-secrets.ts';
import { secretDirectory } from './secret-directory.ts';

const readers = ['bff', 'gateway', 'order', 'postgres', 'redis', 'user'] as const;
let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'secrets-'))));
afterEach(() => rmSync(root, { recursive: true }));

async function run(): Promise<string[]> {
  const written: string[] = [];
  const open = (reader: string) =>
    secretDirectory(join(root, reader), {
      fileMode: 0o600,
      onWrite: (path) => written.push(path.slice(root.length + 1)),
    });
  const [bff, gateway, order, postgres, redis, user] = readers.map(open) as [Open, Open, Open, Open, Open, Open];
  await makeSecrets({ bff, gateway, order, postgres, redis, user });
  return written.toSorted();
}
type Open = ReturnType<typeof secretDirectory>;

const text = (path: string) => readFileSync(join(root, path), 'utf8');
const all = () =>
  Object.fromEntries(
    readers.flatMap((r) => readdirSync(join(root, r)).map((file) => [`${r}/${file}`, text(`${r}/${file}`)])),
  );

describe('makeSecrets', () => {
  it('gives each reader what it needs and nothing else', async () => {
    await run();
    expect(Object.keys(all()).toSorted()).toEqual([
      'bff/internal_public.jwk',
      'gateway/internal_private.jwk',
      'gateway/redis_password',
      'order/database_password',
      'order/internal_public.jwk',
      'postgres/postgres_password',
      'redis/redis.conf',
      'redis/redis_password',
      'user/database_password',
      'user/demo_password',
      'user/internal_public.jwk',
      'user/redis_password',
      'user/signing.jwk',
    ]);
    for (const reader of ['bff', 'order', 'user'])
      expect(parseJwk(text(`${reader}/internal_public.jwk`)).d).toBeUndefined();
  });

  it('makes keys and passwords that fit together', async () => {
    await run();
    const identity = { userId: 'ada', scopes: new Set(['orders:read']), sessionId: 's1' };
    const issuer = createInternalTokenIssuer({ privateJwk: parseJwk(text('gateway/internal_private.jwk')) });
    const verifier = createInternalTokenVerifier({ publicJwk: parseJwk(text('order/internal_public.jwk')) });
    expect(await verifier.verify(await issuer.issue(identity))).toMatchObject(identity);
    expect(text('redis/redis.conf')).toContain(`requirepass ${text('gateway/redis_password')}\n`);
    expect(text('user/redis_password')).toBe(text('redis/redis_password'));
  });

  it('makes no two secrets alike, and a demo password that can be typed', async () => {
    await run();
    const passwords = Object.entries(all()).filter(([path]) =>
      /(postgres|database|demo)_password|redis\/redis_p/.test(path),
    );
    expect(new Set(passwords.map(([, value]) => value)).size).toBe(5);
    expect(text('user/demo_password')).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
  });

  it('changes nothing when run again', async () => {
    await run();
    const before = all();
    expect(await run()).toEqual([]);
    expect(all()).toEqual(before);
  });

  it('ends with a set that fits together, wherever an earlier run was cut short', async () => {
    await run();
    const whole = all();
    for (const path of Object.keys(whole)) {
      rmSync(join(root, path));
      expect(await run()).toContain(path);
      const { 'redis/redis.conf': conf, 'user/internal_public.jwk': publicJwk } = all();
      expect(conf).toContain(text('gateway/redis_password'));
      expect(parseJwk(publicJwk!).kid).toBe(parseJwk(text('gateway/internal_private.jwk')).kid);
      expect(await run()).toEqual([]);
    }
  });

  it('puts back a derived file that was changed, from the secret it follows from', async () => {
    await run();
    const before = all();
    writeFileSync(join(root, 'user/redis_password'), 'something else');
    expect(await run()).toEqual(['user/redis_password']);
    expect(all()).toEqual(before);
  });

  it.each(['not a key', '{"kty":"OKP"}'])(
    'refuses a key it cannot read and leaves it for a person: %s',
    async (key) => {
      await run();
      writeFileSync(join(root, 'user/signing.jwk'), key);
      await expect(run()).rejects.toThrow(/signing\.jwk\s+is not a private Ed25519 JWK; remove the file/);
      expect(text('user/signing.jwk')).toBe(key);
    },
  );
});
