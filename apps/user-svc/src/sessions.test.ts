import { createAccessTokenVerifier, adminScopes, userScopes, type Identity } from '@edgeway/auth';
import { connectPostgres } from '@edgeway/datastore';
import { staticDiscovery } from '@edgeway/discovery';
import { createLogger } from '@edgeway/telemetry';
import { startPostgres, type TestDatabase, type TestPostgres } from '@edgeway/testing';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetExpiredSessions } from './store/forget-sessions.ts';
import type { Schema } from './store/schema.ts';
import { startReplicas, type UserReplicas } from './testing/user-replicas.ts';

let postgres: TestPostgres;
let database: TestDatabase;
let service: UserReplicas;
const demoPassword = 'a demo password';

beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase('users');
  service = await startReplicas({ database, demoPassword });
});
afterAll(async () => {
  await service?.stop();
  await postgres?.stop();
});

const refresh = (refreshToken: string) => service.post('/api/v1/auth/refresh', { refreshToken });
const logout = (refreshToken: string) => service.post('/api/v1/auth/logout', { refreshToken });
const refreshed = async (refreshToken: string) => (await refresh(refreshToken)).body as { refreshToken: string };
const refused = { status: 401, body: { code: 'REFRESH_TOKEN_INVALID' } };

/** Reads an access token as the gateway does. */
async function identity(accessToken: string): Promise<Identity> {
  const { body } = await service.get('/.well-known/jwks.json');
  return createAccessTokenVerifier({ keys: createLocalJWKSet(body as JSONWebKeySet) }).verify(accessToken);
}
const signIn = async () => {
  const tokens = await service.login(await service.register());
  return { ...tokens, sessionId: (await identity(tokens.accessToken)).sessionId };
};

describe('access tokens', () => {
  it('verify by the published keys, which are public and cacheable', async () => {
    const { headers, body } = await service.get('/.well-known/jwks.json');
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(body).toEqual({ keys: [expect.not.objectContaining({ d: expect.anything() })] });
    const user = await service.register();
    const { accessToken } = await service.login(user);
    expect(await identity(accessToken)).toMatchObject({ userId: user.id, scopes: new Set(userScopes) });
  });

  it('carry users:read for an administrator only', async () => {
    const ada = await service.login({ email: 'ada@edgeway.example', password: demoPassword });
    expect((await identity(ada.accessToken)).scopes).toEqual(new Set(adminScopes));
    const alan = await service.login({ email: 'alan@edgeway.example', password: demoPassword });
    expect((await identity(alan.accessToken)).scopes).toEqual(new Set(userScopes));
  });
});

describe('refreshing', () => {
  it('rotates the refresh token and stays in the session', async () => {
    const { refreshToken, sessionId } = await signIn();
    const { status, headers, body } = await refresh(refreshToken);
    const next = body as { accessToken: string; refreshToken: string };
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(next.refreshToken).not.toBe(refreshToken);
    expect((await identity(next.accessToken)).sessionId).toBe(sessionId);
    expect(await refresh(next.refreshToken)).toMatchObject({ status: 200 });
  });

  it('with a spent token ends the session: whoever holds the other copy is out too', async () => {
    const { refreshToken, sessionId } = await signIn();
    const next = await refreshed(refreshToken);
    expect(await service.isActive(sessionId)).toEqual({ active: true });
    expect(await refresh(refreshToken)).toMatchObject(refused);
    expect(await service.isActive(sessionId)).toEqual({ active: false });
    expect(await refresh(next.refreshToken)).toMatchObject(refused);
  });

  it('lets exactly one of many win who show a token at the same time, on all replicas', async () => {
    const { refreshToken, sessionId } = await signIn();
    const answers = await Promise.all(Array.from({ length: 12 }, () => refresh(refreshToken)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(11);
    expect(await service.isActive(sessionId)).toEqual({ active: false });
  });

  it('leaves other sessions of the same user alone', async () => {
    const user = await service.register();
    const [stolen, other] = [await service.login(user), await service.login(user)];
    await refresh(stolen.refreshToken);
    await refresh(stolen.refreshToken);
    expect(await refresh(other.refreshToken)).toMatchObject({ status: 200 });
  });

  it.each(['unknown', 'x'.repeat(43)])('with the token %s is refused', async (token) => {
    expect(await refresh(token)).toMatchObject(refused);
  });

  it('is not possible with an access token', async () => {
    expect(await refresh((await signIn()).accessToken)).toMatchObject({ status: 400 });
  });
});

describe('signing out', () => {
  it('ends the session at once and may be repeated', async () => {
    const { refreshToken, sessionId } = await signIn();
    for (let times = 0; times < 2; times++) expect(await logout(refreshToken)).toMatchObject({ status: 204 });
    expect(await service.isActive(sessionId)).toEqual({ active: false });
    expect(await refresh(refreshToken)).toMatchObject(refused);
  });

  it('works with a token that was rotated meanwhile, and with one that never was', async () => {
    const { refreshToken, sessionId } = await signIn();
    await refresh(refreshToken);
    expect(await logout(refreshToken)).toMatchObject({ status: 204, body: undefined });
    expect(await service.isActive(sessionId)).toEqual({ active: false });
    expect(await logout('never given')).toMatchObject({ status: 204 });
  });
});

describe('sessions in the database', () => {
  it('hold no token, only hashes, and end and vanish when their time is up', async () => {
    const { refreshToken, sessionId } = await signIn();
    const log = createLogger({ name: 'user-svc', instance: 'test', level: 'silent' });
    const discovery = staticDiscovery({ postgres: [database] });
    const env = { DATABASE_PASSWORD: database.password };
    const direct = connectPostgres<Schema>({ ...database, discovery, env, log });
    const { db } = direct;
    const tokens = db.selectFrom('refresh_tokens').select('hash').where('session_id', '=', sessionId);
    expect((await tokens.execute()).map(({ hash }) => hash.length)).toEqual([32]);
    const lasts = sql<string>`extract(epoch from expires_at - created_at) / 86400`.as('days');
    const session = db.selectFrom('sessions').where('id', '=', sessionId);
    expect(Number((await session.select(lasts).executeTakeFirstOrThrow()).days)).toBeCloseTo(14, 2);

    await db
      .updateTable('sessions')
      .set({ expires_at: new Date(0) })
      .where('id', '=', sessionId)
      .execute();
    expect(await service.isActive(sessionId)).toEqual({ active: false });
    expect(await refresh(refreshToken)).toMatchObject(refused);
    await forgetExpiredSessions(direct);
    expect([await session.selectAll().execute(), await tokens.execute()]).toEqual([[], []]);
    await direct.close();
  });
});

describe('the session check', () => {
  it('needs an internal identity and says "not active" of what is no session', async () => {
    const { sessionId } = await signIn();
    expect(await service.get(`/internal/sessions/${sessionId}`)).toMatchObject({
      status: 401,
      body: { code: 'IDENTITY_MISSING' },
    });
    const { accessToken } = await signIn();
    expect(await service.get(`/internal/sessions/${sessionId}`, accessToken)).toMatchObject({
      status: 401,
      body: { code: 'IDENTITY_INVALID' },
    });
    expect(await service.isActive("x' or true")).toEqual({ active: false });
  });
});
