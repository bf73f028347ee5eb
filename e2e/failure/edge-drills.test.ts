import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { membership } from '../drills/cases/membership.ts';
import { drain } from '../drills/cases/drain.ts';
import { flapping } from '../drills/cases/flapping.ts';
import { reload } from '../drills/cases/reload.ts';
import { errors, freeze, halfOpen, kill, slow } from '../drills/cases/single-faults.ts';
import type { Drill, DrillResult } from '../drills/drill.ts';
import { runDrill } from '../drills/drills.ts';
import { Lab } from '../drills/lab/lab.ts';
import { soak } from '../drills/soak/soak.ts';

/** As `npm run scorecard`, shorter, and judged by what happens and not by how fast. */
async function practised(drill: Drill, strategy: string, rps = 100): Promise<DrillResult> {
  const result = await runDrill(drill, { strategy, seconds: 2, rps });
  if ('notMeasured' in result) throw new Error(result.notMeasured);
  expect(result.requests).toBeGreaterThan(50);
  return result;
}

/** Those asked once the balancer knows fail no more, whoever is still broken. */
function expectBoundedByDetection(result: DrillResult): void {
  expect(result.detectionMs, JSON.stringify(result)).toBeDefined();
  expect(result.failedAfterDetection, JSON.stringify(result)).toBe(0);
  expect(result.failed).toBeLessThan(result.requests / 2);
}

function expectUnnoticed(result: DrillResult): void {
  expect(result.failed, JSON.stringify(result)).toBe(0);
}

/** The machine may be busy with something else for longer than any timeout here. */
const retry = 1;

describe.concurrent('an endpoint that dies', { retry }, () => {
  it('fails no safe request when an endpoint is killed, and uses it again when it is back', async () => {
    const result = await practised(kill, 'round-robin');
    expectUnnoticed(result);
    expect(result.detectionMs).toBeDefined();
    expect(result.recoveryMs).toBeDefined();
  });

  it('fails no safe request while an endpoint crashes every second', async () => {
    const result = await practised(flapping, 'least-connections');
    expectUnnoticed(result);
    expect(result.recoveryMs).toBeDefined();
  });
});

describe.concurrent('an endpoint that hangs', { retry }, () => {
  it('fails no safe request while an endpoint is frozen, and uses it again when it goes on', async () => {
    const result = await practised(freeze, 'round-robin');
    expectUnnoticed(result);
    expect(result.detectionMs).toBeDefined();
    expect(result.recoveryMs).toBeDefined();
  });

  it('fails no safe request while an endpoint takes requests and never answers, and uses it again when it does', async () => {
    const result = await practised(halfOpen, 'power-of-two-choices');
    expectUnnoticed(result);
    expect(result.detectionMs).toBeDefined();
    expect(result.recoveryMs).toBeDefined();
  });
});

describe.concurrent('an endpoint that is slow or wrong', { retry }, () => {
  it('asks little of a slow endpoint with peak-ewma', async () => {
    const result = await practised(slow, 'peak-ewma');
    expectUnnoticed(result);
    expect(result.victimPercent).toBeLessThan(20);
  });

  it('ejects an endpoint that answers 500, and takes it back after its time', async () => {
    const result = await practised(errors, 'round-robin', 300);
    expect(result.failed).toBeGreaterThanOrEqual(3);
    expectBoundedByDetection(result);
    expect(result.recoveryMs).toBeDefined();
  });
});

describe.concurrent('a change of what is there', { retry }, () => {
  it('fails no safe request while discovery tells of one, three and one endpoints, and follows it', async () => {
    const result = await practised(membership, 'least-connections');
    expectUnnoticed(result);
    expect(result.detectionMs).toBeDefined();
    expect(result.recoveryMs).toBeDefined();
  });

  it('fails no safe request while its config is reloaded every half second, and obeys the last one', async () => {
    const result = await practised(reload, 'round-robin');
    expectUnnoticed(result);
    expect(result.recoveryMs).toBeDefined();
  });
});

describe.concurrent('the process itself', { retry }, () => {
  it('drains: /readyz turns 503 first, what was accepted is answered, and it ends with 0', async () => {
    const result = await practised(drain, 'round-robin');
    expectUnnoticed(result);
    expect(result.detectionMs).toBeDefined();
    expect(result.note).toBe('ended by 0');
  });

  it.skipIf(!existsSync('/proc/self/fd'))(
    'answers all of a mixed load, and closes what it opened for it and for clients that left',
    async () => {
      await using lab = new Lab({ strategy: 'least-connections', seconds: 4 });
      const { load, fds } = await soak(lab);
      expect(load.failed).toEqual([]);
      expect(fds.back, JSON.stringify(fds)).toBe(true);
    },
  );
});
