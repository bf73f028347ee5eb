import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPool, type Lease } from './pool.ts';
import { leastConnections } from './strategies/least-connections.ts';
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

  it('holds an address once, however often it is named', () => {
    const pool = createPool({ strategy: roundRobin() });
    pool.setMembers(members('a:1', 'a:1', 'b:1'));
    expect(pool.endpoints.map(({ address }) => address)).toEqual(['a:1', 'b:1']);
  });

  it('never loses count, whatever comes, goes, is leased, ejected and released', () => {
    const step = fc.oneof(
      fc.record({ join: fc.array(fc.constantFrom('a:1', 'b:1', 'c:1', 'd:1')) }),
      fc.record({ eject: fc.nat(3), available: fc.boolean() }),
      fc.record({ acquire: fc.constant(true) }),
      fc.record({ release: fc.nat(20) }),
    );
    const strategies = fc.constantFrom(roundRobin, () => leastConnections());
    fc.assert(
      fc.property(strategies, fc.array(step, { maxLength: 80 }), (strategy, steps) => {
        const pool = createPool({ strategy: strategy() });
        const leases: Lease[] = [];
        for (const next of steps) {
          if ('join' in next) pool.setMembers(next.join.map((address) => ({ address })));
          else if ('eject' in next)
            pool.endpoints.slice(next.eject, next.eject + 1).forEach((e) => (e.available = next.available));
          else if ('acquire' in next) leases.push(...[pool.acquire()].filter((lease) => lease !== undefined));
          else leases[next.release]?.release();
        }
        for (const lease of leases) lease.release();
        expect(leases.every(({ endpoint }) => endpoint.inFlight === 0)).toBe(true);
        expect(pool.endpoints.every(({ inFlight }) => inFlight === 0)).toBe(true);
      }),
    );
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
