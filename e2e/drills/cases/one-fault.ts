import { setTimeout as wait } from 'node:timers/promises';
import { resultOf, type Drill } from '../drill.ts';
import type { Edge, PoolFields } from '../lab/edge.ts';
import { staticEndpoints, type Lab } from '../lab/lab.ts';
import type { Upstream } from '../lab/upstream.ts';
import { now, steadyLoad, type SteadyLoad } from '../steady-load.ts';

/** All is well for so long before a fault. */
const calmMs = 600;
/** For so long at most something is waited for that a fault or its mending brings about. */
const patienceMs = 10_000;

export interface OneFault {
  readonly name: string;
  readonly mayFail?: number;
  break(victim: Upstream): Promise<void> | void;
  mend(victim: Upstream): Promise<void> | void;
  readonly pool?: (lab: Lab) => PoolFields;
  /** The balancer notices by chance: the fault lasts until half a second after it has. */
  readonly untilNoticed?: true;
}

/** The usual drill: one of three upstreams breaks under load, stays so for a while, and is mended. */
export function oneFault({ name, mayFail, break: damage, mend, pool = () => ({}), untilNoticed }: OneFault): Drill {
  return {
    name,
    ...(mayFail === undefined ? {} : { mayFail }),
    async run(lab) {
      const upstreams = await lab.upstreams();
      const [victim] = upstreams;
      const edge = await lab.edge({ endpoints: staticEndpoints(upstreams), ...pool(lab) });
      const load = steadyLoad({ port: edge.port, rps: lab.setting.rps });
      await wait(calmMs);
      const faultAt = now();
      await damage(victim);
      await wait(lab.setting.seconds * 1000);
      if (untilNoticed) await noticed(edge, victim, faultAt);
      const mendedAt = now();
      await mend(victim);
      const recoveredAt = await servedAgain(load, victim, mendedAt);
      const seen = await load.stop();
      const detectedAt = outAt(edge, victim, faultAt);
      return resultOf(name, seen, { faultAt, detectedAt, mendedAt, recoveredAt, victim: victim.name });
    },
  };
}

async function noticed(edge: Edge, upstream: Upstream, since: number): Promise<void> {
  const deadline = now() + patienceMs;
  while (outAt(edge, upstream, since) === undefined && now() < deadline) await wait(50);
  await wait(500);
}

/** When a client first had an answer of `upstream` to what it asked after `since`. */
export async function servedAgain(load: SteadyLoad, upstream: Upstream, since: number): Promise<number | undefined> {
  for (const deadline = now() + patienceMs; now() < deadline; await wait(20)) {
    const first = load.seen.find(
      ({ at, servedBy, status }) => at >= since && servedBy === upstream.name && status < 500,
    );
    if (first !== undefined) return first.at + first.ms;
  }
  return undefined;
}

/** When the balancer took `upstream` out of use, by its own log. */
export function outAt(edge: Edge, { address }: Upstream, since: number): number | undefined {
  return edge
    .events(since)
    .find(({ endpoint, status }) => endpoint === address && (status === 'unhealthy' || status === 'ejected'))?.at;
}
