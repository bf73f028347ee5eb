import type { Running, ServiceContext } from '@edgeway/service-kit';
import type { EdgeConfig } from '../config/schema.ts';
import { answerListener } from '../admin/answer-listener.ts';
import { createMetrics } from '../admin/metrics.ts';
import { startEdge } from '../start-edge.ts';
import type { FromPrimary, FromWorker } from './messages.ts';
import { loadsOf } from './worker-loads.ts';

/** Between reports to the primary. */
const reportMs = 1000;

/** Serves, and knows of endpoints what the primary tells. */
export async function startWorker(context: ServiceContext, config: EdgeConfig): Promise<Running> {
  const tell = (message: FromWorker): void => void process.send?.(message, undefined, undefined, () => undefined);
  const metrics = createMetrics();
  const edge = await startEdge(context, config, {
    role: 'worker',
    onAnswer: answerListener(context.log, config, metrics),
    onRefused: (pool, address) => tell({ kind: 'refused', pool, address }),
  });
  process.on('message', (message: FromPrimary) => {
    if (message.kind === 'members') edge.pools.get(message.pool)?.told(message.members);
    else if (message.kind === 'strategy') edge.pools.get(message.pool)?.setStrategy(message.strategy);
    else edge.apply(message.config).catch((error: unknown) => context.log.error({ err: error }, 'reload failed'));
  });
  tell({ kind: 'ready' });
  const report = (): void => tell({ kind: 'load', metrics: metrics.snapshot(), endpoints: loadsOf(edge.pools) });
  const timer = setInterval(report, reportMs);
  return {
    drain: async () => {
      await edge.drain();
      clearInterval(timer);
      report();
    },
    close: async () => edge.close?.(),
  };
}
