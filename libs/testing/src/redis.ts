import { startFaultProxy, type Faults } from './fault-proxy.ts';
import { borrowStore } from './stores.ts';

/** A real Redis of this test's own, empty and without a password. */
export interface TestRedis extends Faults {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a Redis for this test alone, behind a proxy that can refuse or cut (see {@link Faults}). */
export async function startRedis(): Promise<TestRedis> {
  const store = await borrowStore('redis');
  const proxy = await startFaultProxy({ target: store });
  return {
    ...proxy,
    async stop() {
      await proxy.stop();
      await store.release();
    },
  };
}
