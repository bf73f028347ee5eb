import { describe, expect, it } from 'vitest';
import { createPool } from './pool.ts';
import { roundRobin } from './strategies/round-robin.ts';

const members = (...addresses: string[]) => addresses.map((address) => ({ address }));

describe('createPool', () => {
  it('keeps load and status of members that stay (regression: a rebuild reset them)', () => {
    const pool = createPool({ strategy: roundRobin() });
    pool.setMembers(members('a:1', 'b:1'));
    const lease = pool.acquire()!;
    pool.endpoints[1]!.available = false;
    pool.setMembers(members('b:1', 'a:1', 'c:1'));
    const states = pool.endpoints.map(({ address, inFlight, available }) => ({ address, inFlight, available }));
    expect(states).toEqual([
      { address: 'b:1', inFlight: 0, available: false },
      { address: 'a:1', inFlight: 1, available: true },
      { address: 'c:1', inFlight: 0, available: true },
    ]);
    lease.release();
    expect(pool.endpoints[1]!.inFlight).toBe(0);
  });

  it('lets a member that left finish what it has, without a trace when it returns', () => {
    const pool = createPool({ strategy: roundRobin() });
    pool.setMembers(members('a:1'));
    const lease = pool.acquire()!;
    pool.setMembers([]);
    expect(pool.acquire()).toBeUndefined();
    lease.release();
    pool.setMembers(members('a:1'));
    expect(pool.endpoints[0]!.inFlight).toBe(0);
  });

  it('takes new weights at once', () => {
    const pool = createPool({ strategy: roundRobin() });
    pool.setMembers([{ address: 'a:1', weight: 1 }]);
    pool.setMembers([{ address: 'a:1', weight: 3 }]);
    expect(pool.endpoints[0]!.weight).toBe(3);
  });

  it('does not hand a retry the endpoints it has tried', () => {
    const pool = createPool({ strategy: roundRobin() });
    pool.setMembers(members('a:1', 'b:1'));
    const first = pool.acquire()!;
    const second = pool.acquire({}, new Set([first.endpoint]))!;
    expect(second.endpoint).not.toBe(first.endpoint);
    expect(pool.acquire({}, new Set([first.endpoint, second.endpoint]))).toBeUndefined();
  });

  it('can hold newcomers back until they have been probed', () => {
    const pool = createPool({ strategy: roundRobin(), availableAtFirst: false });
    pool.setMembers(members('a:1'));
    expect(pool.acquire()).toBeUndefined();
  });
});
