import { setTimeout as wait } from 'node:timers/promises';
import { resultOf, type Drill } from '../drill.ts';
import { staticEndpoints } from '../lab/lab.ts';
import { now, steadyLoad } from '../steady-load.ts';

/** Whoever stands in front needs a moment to act on a 503. */
const reactionMs = 100;

/**
 * SIGTERM under load, of requests that take 100 ms. The clients are as a balancer in front: they leave soon
 * after /readyz has turned 503. All that they have asked until then is answered. Detection: until that 503;
 * recovery: until the process has ended, with 0.
 */
export const drain: Drill = {
  name: 'drain',
  mayFail: 0,
  async run(lab) {
    const upstreams = await lab.upstreams({ latencyMs: 100 });
    const edge = await lab.edge({ endpoints: staticEndpoints(upstreams) });
    const load = steadyLoad({ port: edge.port, rps: lab.setting.rps });
    await wait((lab.setting.seconds * 1000) / 2);
    const faultAt = now();
    edge.child.signal('SIGTERM');
    let ready = 200;
    while (ready === 200) {
      ready = await edge.readyz();
      await wait(5);
    }
    const turnedAt = now();
    await wait(reactionMs);
    const [seen, endedBy] = await Promise.all([load.stop(), edge.child.ended]);
    return resultOf('drain', seen, {
      faultAt,
      detectedAt: ready === 503 ? turnedAt : undefined,
      mendedAt: faultAt,
      recoveredAt: endedBy === 0 ? now() : undefined,
      note: `ended by ${endedBy}`,
    });
  },
};
