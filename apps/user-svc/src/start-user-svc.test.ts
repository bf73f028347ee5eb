import { startPostgres, type TestDatabase, type TestPostgres } from '@edgeway/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startReplicas, type UserReplicas } from './testing/user-replicas.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

async function start(database: TestDatabase, demoPassword?: string, count = 4): Promise<UserReplicas> {
  const service = await startReplicas({ database, count, ...(demoPassword === undefined ? {} : { demoPassword }) });
  onTestFinished(() => service.stop());
  return service;
}
const login = (service: UserReplicas, name: string, password: string) =>
  service.post('/api/v1/auth/login', { email: `${name}@edgeway.example`, password });

describe('a start of four replicas at the same time', () => {
  it('makes the schema once and the demo users once', async () => {
    const service = await start(await postgres.createDatabase('users'), 'a demo password');
    for (const name of ['ada', 'alan'])
      expect(await login(service, name, 'a demo password')).toMatchObject({ status: 200 });
  });

  it('gives the demo users the password of today and keeps who they are', async () => {
    const database = await postgres.createDatabase('users');
    await start(database, 'the first password', 1);
    const service = await start(database, 'the second password');
    expect(await login(service, 'ada', 'the second password')).toMatchObject({ status: 200 });
    expect(await login(service, 'ada', 'the first password')).toMatchObject({ status: 401 });
  });

  it('makes no demo users unless a password is given', async () => {
    const service = await start(await postgres.createDatabase('users'));
    expect(await login(service, 'ada', 'a demo password')).toMatchObject({ status: 401 });
  });
});
