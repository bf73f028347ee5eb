import { setTimeout as wait } from 'node:timers/promises';
import { resultOf, type Drill } from '../drill.ts';
import { staticEndpoints } from '../lab/lab.ts';
import { now, steadyLoad } from '../steady-load.ts';

const everyMs = 500;

/**
 * The config file is rewritten with other weights and another strategy, and SIGHUP sent, again and again;
 * the last one leaves a single endpoint. Recovery: until only that one is asked, so the file counted.
 */
export const reload: Drill = {
  name: 'reload',
  mayFail: 0,
  async run(lab) {
    const upstreams = await lab.upstreams();
    const [only] = upstreams;
    const fields = lab.pool({ endpoints: staticEndpoints(upstreams) });
    const others = lab.pool({ endpoints: staticEndpoints(upstreams, [1, 3, 5]), strategy: 'weighted-round-robin' });
    const edge = await lab.edge(fields);
    edge.child.signal('SIGHUP');
    await wait(everyMs);
    if (!edge.child.running) return { name: 'reload', notMeasured: 'SIGHUP ends this edge-lb: it cannot reload' };
    const load = steadyLoad({ port: edge.port, rps: lab.setting.rps });
    await wait(everyMs);
    const faultAt = now();
    const times = Math.max(2, Math.round((lab.setting.seconds * 1000) / everyMs));
    for (let time = 0; time < times; time++) {
      edge.rewrite(time % 2 === 0 ? others : fields);
      edge.child.signal('SIGHUP');
      await wait(everyMs);
    }
    const mendedAt = now();
    edge.rewrite(lab.pool({ endpoints: staticEndpoints([only]) }));
    edge.child.signal('SIGHUP');
    await wait(1500);
    const seen = await load.stop();
    const last = seen.findLast(({ servedBy }) => servedBy !== only.name && servedBy !== undefined);
    // Asked of others to the very end: the last file did not count.
    const recoveredAt = last === undefined || last.at > seen.at(-1)!.at - everyMs ? undefined : last.at;
    return resultOf('reload', seen, { faultAt, mendedAt, recoveredAt, note: `${times + 1} reloads` });
  },
};
