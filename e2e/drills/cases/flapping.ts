import { setTimeout as wait } from 'node:timers/promises';
import { resultOf, type Drill } from '../drill.ts';
import { staticEndpoints } from '../lab/lab.ts';
import { now, steadyLoad } from '../steady-load.ts';
import { outAt, servedAgain } from './one-fault.ts';

/** One upstream dies and comes back every second, five times: a crash loop. */
export const flapping: Drill = {
  name: 'flapping',
  mayFail: 0,
  async run(lab) {
    const upstreams = await lab.upstreams();
    const [victim] = upstreams;
    const edge = await lab.edge({ endpoints: staticEndpoints(upstreams) });
    const load = steadyLoad({ port: edge.port, rps: lab.setting.rps });
    await wait(600);
    const faultAt = now();
    let mendedAt = faultAt;
    for (let time = 0; time < 5; time++) {
      const next = wait(1000);
      await victim.kill();
      mendedAt = now();
      await victim.start();
      await next;
    }
    const recoveredAt = await servedAgain(load, victim, mendedAt);
    const detectedAt = outAt(edge, victim, faultAt);
    return resultOf('flapping', await load.stop(), { faultAt, detectedAt, mendedAt, recoveredAt, victim: victim.name });
  },
};
