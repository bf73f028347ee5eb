import { setTimeout as wait } from 'node:timers/promises';
import { resultOf, type Drill } from '../drill.ts';
import type { Edge } from '../lab/edge.ts';
import { staticEndpoints } from '../lab/lab.ts';
import { now, steadyLoad } from '../steady-load.ts';

/** Whoever stands in front needs so long to see the 503 and to act on it. */
const reactionMs = 100;

/**
 * SIGTERM under load, of requests that take 100 ms. The clients are as behind a balancer in front, which leaves
 * soon after /readyz has turned 503. All that they have asked until then is answered. Detection: until that
 * 503, which comes before connections are refused; recovery: until the process has ended, with 0.
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
    const turned = turnedAt(edge);
    await wait(reactionMs);
    const [seen, endedBy] = await Promise.all([load.stop(), edge.child.ended]);
    const endedAt = now();
    return resultOf('drain', seen, {
      faultAt,
      detectedAt: await turned,
      mendedAt: faultAt,
      recoveredAt: endedBy === 0 ? endedAt : undefined,
      note: `ended by ${endedBy}`,
    });
  },
};

/** When /readyz first said 503; `undefined` when it was refused without a word before. */
async function turnedAt(edge: Edge): Promise<number | undefined> {
  for (;;) {
    const status = await edge.readyz();
    if (status !== 200) return status === 503 ? now() : undefined;
    await wait(5);
  }
}
