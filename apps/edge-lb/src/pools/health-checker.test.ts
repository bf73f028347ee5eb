import { createPool, roundRobin } from '@edgeway/balancing';
import { createLogger } from '@edgeway/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { healthChecker } from './health-checker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function checked(probe: (address: string) => Promise<boolean>) {
  const lines: { msg: string; status: string }[] = [];
  const destination = { write: (text: string) => void lines.push(JSON.parse(text) as (typeof lines)[number]) };
  const pool = createPool({ strategy: roundRobin() });
  pool.setMembers([{ address: 'a:1' }]);
  const checker = healthChecker({
    pool,
    thresholds: { rise: 2, fall: 3 },
    intervalMs: 1000,
    probe,
    log: createLogger({ name: 'edge-lb', instance: 'edge-lb-1', destination }),
  });
  return { pool, checker, endpoint: pool.endpoints[0]!, changes: () => lines.map(({ status }) => status) };
}
const passes = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

describe('healthChecker', () => {
  it('takes a newcomer at its word until its first probe, which one failure decides', async () => {
    const { checker, endpoint, changes } = checked(async () => false);
    expect(endpoint.available).toBe(true);
    await checker.check();
    expect(endpoint.available).toBe(false);
    expect(changes()).toEqual(['unhealthy']);
    checker.stop();
  });

  it('takes one out after `fall` failures and brings it back after `rise` successes, and tells each once', async () => {
    let well = true;
    const { checker, endpoint, changes } = checked(async () => well);
    await passes(1);
    well = false;
    await passes(2);
    expect(endpoint.available).toBe(true);
    await passes(1);
    expect(endpoint.available).toBe(false);
    await passes(5);
    well = true;
    await passes(1);
    expect(endpoint.available).toBe(false);
    await passes(1);
    expect(endpoint.available).toBe(true);
    await passes(5);
    expect(changes()).toEqual(['unhealthy', 'healthy']);
    checker.stop();
  });

  it('believes live traffic that was refused at once, and probes before it picks again', async () => {
    const { checker, endpoint, changes } = checked(async () => true);
    await passes(3);
    checker.refused(endpoint);
    checker.refused(endpoint);
    expect(endpoint.available).toBe(false);
    await passes(1);
    expect(endpoint.available).toBe(false);
    await passes(1);
    expect(endpoint.available).toBe(true);
    expect(changes()).toEqual(['unhealthy', 'healthy']);
    checker.stop();
  });

  it('asks an endpoint one thing at a time, however slow it is', async () => {
    const open: ((well: boolean) => void)[] = [];
    const { checker } = checked(() => new Promise((resolve) => open.push(resolve)));
    await passes(5);
    expect(open).toHaveLength(1);
    open[0]!(true);
    await passes(1);
    expect(open).toHaveLength(2);
    checker.stop();
  });

  it('probes newcomers too, and nobody once it has stopped', async () => {
    const asked: string[] = [];
    const { pool, checker } = checked(async (address) => asked.push(address) > 0);
    pool.setMembers([{ address: 'a:1' }, { address: 'b:1' }]);
    await passes(1);
    expect(asked).toEqual(['a:1', 'b:1']);
    checker.stop();
    await passes(5);
    expect(asked).toHaveLength(2);
  });
});
