import { setTimeout as wait } from 'node:timers/promises';
import { resultOf, type Drill } from '../drill.ts';
import { now, steadyLoad } from '../steady-load.ts';
import { servedAgain } from './one-fault.ts';

/** How long those that were taken from the list still run, as an orchestrator's grace. */
const graceMs = 1000;

/**
 * Discovery tells of one endpoint, then of three, then of one; those that left the list are killed a
 * second later. Detection: until a newcomer answers; recovery: until one that left is asked no more.
 */
export const membership: Drill = {
  name: 'membership',
  mayFail: 0,
  async run(lab) {
    const upstreams = await lab.upstreams();
    const [first, ...others] = upstreams;
    const registry = lab.registry();
    registry.announce([first]);
    const edge = await lab.edge({ endpoints: { service: 'app', port: 3000 } }, registry.env);
    const load = steadyLoad({ port: edge.port, rps: lab.setting.rps });
    await wait(600);
    const faultAt = now();
    registry.announce(upstreams);
    const detected = await Promise.all(others.map((upstream) => servedAgain(load, upstream, faultAt)));
    await wait((lab.setting.seconds * 1000) / 2);
    const mendedAt = now();
    registry.announce([first]);
    await wait(graceMs);
    await Promise.all(others.map((upstream) => upstream.kill()));
    await wait((lab.setting.seconds * 1000) / 2);
    const seen = await load.stop();
    const last = seen.findLast(({ servedBy }) => servedBy !== first.name && servedBy !== undefined);
    const detectedAt = detected.includes(undefined) ? undefined : Math.max(...(detected as number[]));
    return resultOf('membership', seen, { faultAt, detectedAt, mendedAt, recoveredAt: last?.at });
  },
};
