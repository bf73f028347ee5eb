import { randomUUID } from 'node:crypto';
import { startPostgres, type TestPostgres } from '@edgeway/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReplicas, type Answer, type UserReplicas } from './testing/user-replicas.ts';

let postgres: TestPostgres;
let service: UserReplicas;

beforeAll(async () => {
  postgres = await startPostgres();
  service = await startReplicas({ database: await postgres.createDatabase('users') });
});
afterAll(async () => {
  await service?.stop();
  await postgres?.stop();
});

const newcomer = () => ({ email: `${randomUUID()}@edgeway.example`, password: randomUUID(), displayName: 'Grace' });
const register = (body: unknown) => service.post('/api/v1/auth/register', body);
const login = (body: unknown) => service.post('/api/v1/auth/login', body);

/** What a client sees, apart from what differs with every request. */
const visible = ({ status, headers, body }: Answer) => {
  const { requestId: _requestId, ...problem } = body as { requestId: string };
  const fields = [...headers].filter(([name]) => !['date', 'x-request-id', 'x-served-by'].includes(name));
  return { status, fields, problem };
};

describe('registering', () => {
  it('answers 201 with the account and without anything secret', async () => {
    const { email, password } = newcomer();
    const { status, body } = await register({ email: ` ${email.toUpperCase()} `, password, displayName: ' Grace ' });
    expect(status).toBe(201);
    expect(body).toEqual({ id: expect.any(String), email, displayName: 'Grace' });
  });

  it('gives an address to exactly one of many who ask at the same time', async () => {
    const wanted = newcomer();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => register({ ...wanted, displayName: `Grace ${index}` })),
    );
    const taken = answers.filter(({ status }) => status !== 201);
    expect(taken).toHaveLength(7);
    for (const answer of taken) expect(answer).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } });
  });

  it('takes an address as taken whatever its case', async () => {
    const { email } = await service.register();
    expect(await register({ ...newcomer(), email: email.toUpperCase() })).toMatchObject({ status: 409 });
  });

  it.each([
    ['a short password', { password: 'ninechars' }, 'password'],
    ['a password that would be costly to hash', { password: 'x'.repeat(129) }, 'password'],
    ['no address', { email: 'grace' }, 'email'],
    ['a name the database cannot hold', { displayName: 'Gr\u0000ace' }, 'displayName'],
  ])('refuses %s and names the field', async (_what, change, path) => {
    const answer = await register({ ...newcomer(), ...change });
    expect(answer).toMatchObject({ status: 400, body: { code: 'BODY_INVALID', errors: [{ path }] } });
  });

  it('gives no one a role they ask for', async () => {
    expect(await register({ ...newcomer(), role: 'admin' })).toMatchObject({ status: 400 });
  });
});

describe('signing in', () => {
  it('answers tokens that no one on the way may store', async () => {
    const { email, password } = await service.register();
    const { status, headers, body } = await login({ email: email.toUpperCase(), password });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      tokenType: 'Bearer',
      expiresIn: 300,
    });
  });

  it('tells an unknown address and a wrong password apart by nothing', async () => {
    const { email } = await service.register();
    const wrong = await login({ email, password: 'wrong password' });
    const unknown = await login({ email: newcomer().email, password: 'wrong password' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'CREDENTIALS_INVALID' } });
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
    expect(visible(unknown)).toEqual(visible(wrong));
  });
});
