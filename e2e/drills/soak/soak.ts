import { setTimeout as wait } from 'node:timers/promises';
import { staticEndpoints, type Lab } from '../lab/lab.ts';
import { fdsOf, flatness, rssMiBOf, type Flatness, type Sample } from './flatness.ts';
import { mixedLoad, type MixedReport } from './mixed-load.ts';

export interface SoakReport {
  readonly load: MixedReport;
  readonly memory: Flatness;
  readonly fds: {
    readonly before: number;
    readonly most: number;
    readonly after: number;
    /** Whether those of the load are closed. */
    readonly back: boolean;
  };
}

/** Idle connections to upstreams, which announce this, go soon after the load. */
const keepAliveMs = 3000;
const patienceMs = 15_000;
/** A probe may be under way. */
const spareFds = 5;

/** Mixed load through an edge-lb for as long as the setting says, looked at every second. Needs /proc. */
export async function soak(lab: Lab): Promise<SoakReport> {
  const upstreams = await lab.upstreams({ keepAliveMs });
  const edge = await lab.edge({ endpoints: staticEndpoints(upstreams) });
  const { pid } = edge.child;
  const before = fdsOf(pid);
  const samples: Sample[] = [];
  const mixed = mixedLoad(edge.port);
  for (let second = 0; second < lab.setting.seconds; second++) {
    await wait(1000);
    if (!edge.child.running) throw new Error(`edge-lb ended:\n${lab.log()}`);
    samples.push({ rssMiB: rssMiBOf(pid), fds: fdsOf(pid) });
  }
  const load = await mixed.stop();
  const settled = performance.now() + patienceMs;
  while (fdsOf(pid) > before + spareFds && performance.now() < settled) await wait(250);
  const after = fdsOf(pid);
  const most = Math.max(...samples.map(({ fds }) => fds));
  return {
    load,
    memory: flatness(samples),
    fds: { before, most, after, back: Math.abs(after - before) <= spareFds },
  };
}
