import { pageOf, User } from '@edgeway/contracts';
import { adminScopes } from '@edgeway/auth';
import { startPostgres, type TestPostgres } from '@edgeway/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReplicas, type Account, type UserReplicas } from './testing/user-replicas.ts';

let postgres: TestPostgres;
let service: UserReplicas;
let grace: Account;
let admin: string;

beforeAll(async () => {
  postgres = await startPostgres();
  service = await startReplicas({ database: await postgres.createDatabase('users') });
  grace = await service.register();
  admin = await service.internalToken(grace.id, adminScopes);
});
afterAll(async () => {
  await service?.stop();
  await postgres?.stop();
});

describe('one’s own account', () => {
  it('is shown, and renamed', async () => {
    const token = await service.internalToken(grace.id);
    const { password: _password, ...shown } = grace;
    expect(await service.get('/api/v1/users/me', token)).toMatchObject({ status: 200, body: shown });
    const renamed = await service.patch('/api/v1/users/me', { displayName: 'Rear Admiral Hopper' }, token);
    expect(renamed).toMatchObject({ status: 200, body: { ...shown, displayName: 'Rear Admiral Hopper' } });
    expect((await service.get('/api/v1/users/me', token)).body).toEqual(renamed.body);
  });

  it.each([{}, { email: 'other@edgeway.example' }, { role: 'admin' }, { displayName: '' }, []])(
    'refuses the change %j',
    async (change) => {
      const token = await service.internalToken(grace.id);
      expect(await service.patch('/api/v1/users/me', change, token)).toMatchObject({ status: 400 });
    },
  );

  it('that does not exist any more is 404', async () => {
    const token = await service.internalToken();
    const gone = { status: 404, body: { code: 'USER_NOT_FOUND' } };
    expect(await service.get('/api/v1/users/me', token)).toMatchObject(gone);
    expect(await service.patch('/api/v1/users/me', { displayName: 'x' }, token)).toMatchObject(gone);
  });
});

describe('scopes', () => {
  it.each([
    ['GET', '/api/v1/users/me', 'profile:read'],
    ['PATCH', '/api/v1/users/me', 'profile:write'],
    ['GET', '/api/v1/users', 'users:read'],
  ])('%s %s is for %s alone', async (method, path, scope) => {
    const send = (token?: string) =>
      method === 'GET' ? service.get(path, token) : service.patch(path, { displayName: 'Grace' }, token);
    const others = adminScopes.filter((name) => name !== scope);
    expect(await send()).toMatchObject({ status: 401, body: { code: 'IDENTITY_MISSING' } });
    expect(await send(await service.internalToken(grace.id, others))).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_MISSING' },
    });
    expect(await send(await service.internalToken(grace.id, [scope]))).toMatchObject({ status: 200 });
  });
});

describe('the list of users', () => {
  it('has everyone once and in the same order, whatever the size of a page', async () => {
    await Promise.all(Array.from({ length: 22 }, (_, index) => service.register(`User ${index}`)));
    const whole = await walk(100);
    expect(new Set(whole.map(({ id }) => id)).size).toBe(23);
    expect(Object.keys(whole[0]!).toSorted()).toEqual(['displayName', 'email', 'id']);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
        expect(await walk(limit)).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  it('neither skips nor repeats while accounts are being made', async () => {
    const before = await walk(100);
    const during = await walk(5, () => service.register());
    expect(during.slice(0, before.length)).toEqual(before);
    expect(new Set(during.map(({ id }) => id)).size).toBe(during.length);
  });

  it.each([
    ['limit=0', 'QUERY_INVALID'],
    ['limit=101', 'QUERY_INVALID'],
    ['offset=3', 'QUERY_INVALID'],
    ['cursor=x', 'CURSOR_INVALID'],
    [
      `cursor=${Buffer.from('["2026-02-30 00:00:00","5eed0000-0000-4000-8000-000000000001"]').toString('base64url')}`,
      'CURSOR_INVALID',
    ],
  ])('refuses ?%s', async (query, code) => {
    expect(await service.get(`/api/v1/users?${query}`, admin)).toMatchObject({ status: 400, body: { code } });
  });
});

/** `between` runs after each of the first ten pages. */
async function walk(limit: number, between?: () => Promise<unknown>): Promise<User[]> {
  const users: User[] = [];
  let cursor = '';
  for (let pages = 0; ; pages++) {
    const answer = await service.get(`/api/v1/users?limit=${limit}${cursor && `&cursor=${cursor}`}`, admin);
    const { items, nextCursor } = pageOf(User).parse(answer.body);
    users.push(...items);
    if (nextCursor === null) return users;
    cursor = nextCursor;
    if (pages < 10) await between?.();
  }
}
