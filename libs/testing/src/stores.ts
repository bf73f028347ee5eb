import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run's global setup (tools/test) lends its stores. */
    storesUrl: string;
  }
}

/** Where a lent store listens. */
export interface LentStore {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

/**
 * Asks the run's global setup for a store. Tests do not start servers by themselves: one PostgreSQL
 * serves the whole run, and whether it is a container or embedded is decided in one place.
 */
export async function borrowStore(name: 'postgres' | 'redis'): Promise<LentStore & { release(): Promise<void> }> {
  const url = `${inject('storesUrl')}/${name}`;
  const answer = await fetch(url, { method: 'POST' });
  if (!answer.ok) throw new Error(`no ${name} for this test: ${await answer.text()}`);
  const { id, ...store } = (await answer.json()) as LentStore & { id: string };
  return { ...store, release: async () => void (await fetch(`${url}/${id}`, { method: 'DELETE' })) };
}
