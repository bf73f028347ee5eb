import { createPool, roundRobin, type Endpoint } from '@edgeway/balancing';
import { createLogger } from '@edgeway/telemetry';
import { expect } from 'vitest';
import type { Upstream } from '../upstream.ts';

/** A real pool in round robin that tells how its leases fare. */
export interface TestUpstream extends Upstream {
  /** Addresses that were reported, in order. */
  readonly refusals: readonly string[];
  /** What each acquire was for. */
  readonly affinityKeys: readonly (string | undefined)[];
  readonly acquired: number;
  readonly released: number;
}

export interface TestUpstreamOptions {
  readonly attempts?: number;
  readonly connectSeconds?: number;
  readonly idleSeconds?: number;
  readonly proxyProtocol?: 'v1' | 'v2';
  /** Whether those that are refused are taken out. Default true. */
  readonly believes?: boolean;
}

export function testUpstream(addresses: readonly string[], options: TestUpstreamOptions = {}): TestUpstream {
  const { attempts = 2, connectSeconds = 1, idleSeconds = 60, proxyProtocol, believes = true } = options;
  const pool = createPool({ strategy: roundRobin() });
  pool.setMembers(addresses.map((address) => ({ address })));
  const refusals: string[] = [];
  const affinityKeys: (string | undefined)[] = [];
  let [acquired, released] = [0, 0];
  return {
    name: 'main',
    attempts,
    timeouts: { connectSeconds, idleSeconds },
    proxyProtocol,
    refusals,
    affinityKeys,
    get acquired() {
      return acquired;
    },
    get released() {
      return released;
    },
    acquire(exclude: ReadonlySet<Endpoint>, affinityKey) {
      const lease = pool.acquire({}, exclude);
      if (lease === undefined) return undefined;
      affinityKeys.push(affinityKey);
      acquired++;
      return {
        endpoint: lease.endpoint,
        release() {
          released++;
          lease.release();
        },
      };
    },
    refused(endpoint) {
      refusals.push(endpoint.address);
      if (believes) endpoint.available = false;
    },
  };
}

/** Each lease was released, exactly once. Waits for the last. */
export async function expectBalanced(upstream: TestUpstream): Promise<void> {
  await expect.poll(() => upstream.released, { interval: 5 }).toBe(upstream.acquired);
}

export const silent = createLogger({ name: 'edge-lb', instance: 'edge-lb-1', destination: { write: () => {} } });
