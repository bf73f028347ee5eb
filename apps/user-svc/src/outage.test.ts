import { createAccessTokenVerifier, createRevocationList } from '@edgeway/auth';
import { startPostgres, startRedis, type TestPostgres, type TestRedis } from '@edgeway/testing';
import { Redis } from 'ioredis';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startReplicas, type UserReplicas } from './testing/user-replicas.ts';

let postgres: TestPostgres;
let redis: TestRedis;
let service: UserReplicas;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  service = await startReplicas({ database: await postgres.createDatabase('users'), redis });
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

const refresh = (refreshToken: string) => service.post('/api/v1/auth/refresh', { refreshToken });
const logout = (refreshToken: string) => service.post('/api/v1/auth/logout', { refreshToken });

async function signIn(from = service): Promise<{ refreshToken: string; sessionId: string }> {
  const { accessToken, refreshToken } = await from.login(await from.register());
  const keys = createLocalJWKSet((await from.get('/.well-known/jwks.json')).body as JSONWebKeySet);
  const { sessionId } = await createAccessTokenVerifier({ keys }).verify(accessToken);
  return { refreshToken, sessionId };
}

/** The list as a gateway reads it, straight from Redis. */
async function gatewaysView() {
  const client = new Redis({ host: redis.host, port: redis.port, lazyConnect: true });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.disconnect());
  return { client, ...createRevocationList(client) };
}

describe('while PostgreSQL is away', () => {
  it('everything that needs it answers 503 with Retry-After, keys and readiness go on, and it recovers by itself', async () => {
    const user = await service.register();
    const { email, password } = user;
    const token = await service.internalToken(user.id);
    const { refreshToken, sessionId } = await signIn();
    await postgres.refuse();
    const answers = await Promise.all([
      service.post('/api/v1/auth/register', { email: 'new@edgeway.example', password, displayName: 'New' }),
      service.post('/api/v1/auth/login', { email, password }),
      refresh(refreshToken),
      logout(refreshToken),
      service.get('/api/v1/users/me', token),
      service.get(`/internal/sessions/${sessionId}`, token),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(await service.get('/readyz')).toMatchObject({ status: 200 });
    expect(await service.get('/.well-known/jwks.json')).toMatchObject({ status: 200 });
    await postgres.accept();
    expect(await service.get('/api/v1/users/me', token)).toMatchObject({ status: 200 });
    expect(await refresh(refreshToken)).toMatchObject({ status: 200 });
  });

  it('connections that are cut in mid-flight lose no process, and no session gets two live tokens', async () => {
    const sessions = await Promise.all(Array.from({ length: 6 }, () => signIn()));
    const refreshing = sessions.map(({ refreshToken }) => refresh(refreshToken));
    await Promise.race(refreshing);
    postgres.cut();
    for (const { status } of await Promise.all(refreshing)) expect([200, 503]).toContain(status);
    await expect.poll(async () => (await service.get('/livez')).status).toBe(200);
    for (const { refreshToken } of sessions) expect([200, 401]).toContain((await refresh(refreshToken)).status);
  });
});

describe('ending a session', () => {
  it('is known to gateways by the time the client has its 204, for longer than any access token lives', async () => {
    const gateway = await gatewaysView();
    const ended = await signIn();
    const { sessionId: other } = await signIn();
    expect(await logout(ended.refreshToken)).toMatchObject({ status: 204 });
    expect(await gateway.isRevoked(ended.sessionId)).toBe(true);
    expect(await gateway.isRevoked(other)).toBe(false);
    expect(await gateway.client.ttl(`revoked:session:${ended.sessionId}`)).toBeGreaterThan(300);
  });

  it('by a spent refresh token is known to gateways too', async () => {
    const gateway = await gatewaysView();
    const { refreshToken, sessionId } = await signIn();
    await refresh(refreshToken);
    await refresh(refreshToken);
    expect(await gateway.isRevoked(sessionId)).toBe(true);
  });
});

describe('while Redis is away', () => {
  it('people sign in, refresh and sign out; gateways learn of it when Redis is back', async () => {
    await redis.refuse();
    const { refreshToken, sessionId } = await signIn();
    expect(await refresh((await signIn()).refreshToken)).toMatchObject({ status: 200 });
    expect(await logout(refreshToken)).toMatchObject({ status: 204 });
    expect(await service.isActive(sessionId)).toEqual({ active: false });
    await redis.accept();
    const gateway = await gatewaysView();
    await expect.poll(() => gateway.isRevoked(sessionId), { timeout: 5000 }).toBe(true);
  });

  it('and comes back empty, it is told again of the sessions that ended lately', async () => {
    const gateway = await gatewaysView();
    const { refreshToken, sessionId } = await signIn();
    await logout(refreshToken);
    await gateway.client.flushall();
    redis.cut();
    await expect.poll(() => gateway.isRevoked(sessionId).catch(() => false), { timeout: 5000 }).toBe(true);
  });

  it('from the start, the service starts and works', async () => {
    const alone = await startReplicas({ database: await postgres.createDatabase('users'), count: 1 });
    onTestFinished(() => alone.stop());
    const { refreshToken } = await signIn(alone);
    expect(await alone.post('/api/v1/auth/logout', { refreshToken })).toMatchObject({ status: 204 });
  });
});
