import { staticDiscovery } from '@edgeway/discovery';
import { startPostgres, type TestPostgres } from '@edgeway/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectSuperuser } from './connect-superuser.ts';

let postgres: TestPostgres;
beforeAll(async () => void (postgres = await startPostgres()));
afterAll(() => postgres.stop());

const connect = (options: { password?: string; patienceSeconds?: number; onRetry: () => void }) =>
  connectSuperuser({
    discovery: staticDiscovery({ postgres: [postgres] }),
    password: postgres.password,
    ...options,
  });

describe('connectSuperuser', () => {
  it('waits for a server that is not there yet', async () => {
    await postgres.refuse();
    let back: Promise<void> | undefined;
    const client = await connect({ onRetry: () => void (back ??= postgres.accept()) });
    expect((await client.query<{ up: number }>('SELECT 1 AS up')).rows).toEqual([{ up: 1 }]);
    expect(back).toBeDefined();
    await client.end();
  });

  it('gives up with the reason when its patience is used up', async () => {
    await postgres.refuse();
    const onRetry = vi.fn<() => void>();
    await expect(connect({ patienceSeconds: 0, onRetry })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(onRetry).not.toHaveBeenCalled();
    await postgres.accept();
  });

  it('does not wait for a wrong password to become right', async () => {
    const onRetry = vi.fn<() => void>();
    await expect(connect({ password: 'wrong', onRetry })).rejects.toMatchObject({ code: '28P01' });
    expect(onRetry).not.toHaveBeenCalled();
  });
});
