import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lease } from './lease.ts';
import { createPool } from './pool.ts';
import { leastConnections } from './strategies/least-connections.ts';
import { roundRobin } from './strategies/round-robin.ts';
import type { Strategy } from './strategy.ts';

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

  it('keeps the weight that an operator set until the member is described otherwise', () => {
    const pool = createPool({ strategy: roundRobin() });
    const weight = () => pool.endpoints[0]!.weight;
    pool.setMembers([{ address: 'a:1', weight: 2 }]);
    pool.endpoints[0]!.configuredWeight = 7;
    pool.setMembers([{ address: 'a:1', weight: 2 }, { address: 'b:1' }]);
    expect(weight()).toBe(7);
    pool.setMembers([{ address: 'a:1', weight: 3 }]);
    expect(weight()).toBe(3);
  });

  it('may be configured anew, and keeps what is in flight', () => {
    const pool = createPool({ strategy: roundRobin() });
    pool.setMembers(members('a:1'));
    pool.acquire();
    pool.configure({ maxInFlight: 1 });
    expect([pool.acquire(), pool.isFull(), pool.endpoints[0]!.inFlight]).toEqual([undefined, true, 1]);
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

  it('hands strategies the same list while nothing changed, and another when something did', () => {
    const lists: unknown[] = [];
    const watching: Strategy = { name: 'watching', pick: (list) => (lists.push(list), list[0]) };
    const pool = createPool({ strategy: watching });
    pool.setMembers(members('a:1', 'b:1', 'c:1'));
    for (let i = 0; i < 3; i++) pool.acquire();
    const changes = [
      () => (pool.endpoints[2]!.healthy = false),
      () => (pool.endpoints[0]!.configuredWeight = 2),
      () => (pool.endpoints[2]!.healthy = true),
    ];
    for (const change of changes) {
      change();
      pool.acquire();
      pool.acquire();
    }
    expect(new Set(lists).size).toBe(4);
    expect(lists).toHaveLength(9);
  });

  it.each(['healthy', 'ejected', 'draining'] as const)('leaves out who is not available: %s', (status) => {
    const pool = createPool({ strategy: roundRobin() });
    pool.setMembers(members('a:1', 'b:1'));
    pool.endpoints[0]![status] = status !== 'healthy';
    const picked = Array.from({ length: 4 }, () => pool.acquire()!.endpoint.address);
    expect(picked).toEqual(['b:1', 'b:1', 'b:1', 'b:1']);
  });

  it('asks backups only when no other can take it', () => {
    const pool = createPool({ strategy: roundRobin(), maxInFlight: 1 });
    pool.setMembers([{ address: 'a:1' }, { address: 'b:1', backup: true }]);
    const first = pool.acquire()!;
    expect([first.endpoint.address, pool.acquire()!.endpoint.address]).toEqual(['a:1', 'b:1']);
    first.release();
    expect(pool.acquire()!.endpoint.address).toBe('a:1');
  });

  it('says whether only room is lacking', () => {
    const pool = createPool({ strategy: roundRobin(), maxInFlight: 1 });
    pool.setMembers(members('a:1', 'b:1'));
    pool.endpoints[1]!.healthy = false;
    expect(pool.isFull()).toBe(false);
    const lease = pool.acquire()!;
    expect([pool.acquire(), pool.isFull(), pool.isFull(new Set([lease.endpoint]))]).toEqual([undefined, true, false]);
    pool.endpoints[0]!.healthy = false;
    expect(pool.isFull()).toBe(false);
  });

  it('prefers its own zone, until most of it is gone', () => {
    const pool = createPool({ strategy: roundRobin(), zone: 'here' });
    pool.setMembers([
      { address: 'a:1', zone: 'here' },
      { address: 'b:1', zone: 'here' },
      { address: 'c:1', zone: 'here' },
      { address: 'd:1', zone: 'there' },
    ]);
    const picked = () => new Set(Array.from({ length: 8 }, () => pool.acquire()!.endpoint.address));
    expect(picked()).toEqual(new Set(['a:1', 'b:1', 'c:1']));
    pool.endpoints[0]!.healthy = false;
    expect(picked()).toEqual(new Set(['b:1', 'c:1']));
    pool.endpoints[1]!.healthy = false;
    expect(picked()).toEqual(new Set(['c:1', 'd:1']));
  });

  it('tries everyone in a panic, but who drains', () => {
    const pool = createPool({ strategy: roundRobin(), panicPercent: 50 });
    pool.setMembers(members('a:1', 'b:1', 'c:1', 'd:1'));
    for (const endpoint of pool.endpoints.slice(0, 2)) endpoint.healthy = false;
    expect(pool.panic).toBe(false);
    pool.endpoints[2]!.healthy = false;
    pool.endpoints[0]!.draining = true;
    const picked = new Set(Array.from({ length: 9 }, () => pool.acquire()!.endpoint.address));
    expect([pool.panic, picked]).toEqual([true, new Set(['b:1', 'c:1', 'd:1'])]);
  });

  it('keeps an ejected member when it is the last that is healthy', () => {
    const pool = createPool({ strategy: roundRobin() });
    pool.setMembers(members('a:1', 'b:1'));
    pool.endpoints[0]!.healthy = false;
    pool.endpoints[1]!.ejected = true;
    expect(pool.acquire()!.endpoint.address).toBe('b:1');
  });

  it('gives who came back a share that grows linearly, and never at boot', () => {
    let now = 0;
    const pool = createPool({ strategy: roundRobin(), slowStartMs: 1000, clock: () => now });
    const weight = () => (pool.acquire(), pool.endpoints.map(({ weight }) => weight));
    pool.setMembers(members('a:1', 'b:1'));
    expect(weight()).toEqual([1, 1]);
    pool.endpoints[0]!.healthy = false;
    pool.endpoints[0]!.healthy = true;
    expect(weight()).toEqual([0.1, 1]);
    now = 500;
    expect(weight()).toEqual([0.6, 1]);
    pool.endpoints[1]!.configuredWeight = 2;
    expect(weight()).toEqual([0.6, 2]);
    pool.endpoints[1]!.configuredWeight = 1;
    pool.setMembers(members('a:1', 'b:1', 'c:1'));
    expect(weight()).toEqual([0.6, 1, 0.1]);
    now = 5000;
    expect(weight()).toEqual([1, 1, 1]);
  });

  it('leases the one a client sticks to, as long as it may be picked', () => {
    const pool = createPool({ strategy: roundRobin() });
    pool.setMembers(members('a:1', 'b:1'));
    expect(pool.acquireAt('b:1')!.endpoint.address).toBe('b:1');
    pool.endpoints[1]!.draining = true;
    expect(pool.acquireAt('b:1')).toBeUndefined();
  });

  it('tells its strategy how long leases were held, and of failures nothing', () => {
    let now = 0;
    const observed: number[] = [];
    const strategy: Strategy = { ...roundRobin(), observe: (_, elapsedMs) => observed.push(elapsedMs) };
    let released = 0;
    const pool = createPool({ strategy, clock: () => now, onRelease: () => released++ });
    pool.setMembers(members('a:1'));
    const [quick, failing] = [pool.acquire()!, pool.acquire()!];
    now = 40;
    quick.release();
    quick.release();
    failing.release('failed');
    expect([observed, released, pool.endpoints[0]!.totals]).toEqual([[40], 2, { ended: 2, failed: 1, averageMs: 40 }]);
  });
});
