import type { Running, ServiceContext } from '@edgeway/service-kit';
import type { EdgeConfig } from '../config/schema.ts';
import { startEdge } from '../start-edge.ts';
import type { FromPrimary, FromWorker } from './messages.ts';

/** Serves, and knows of endpoints what the primary tells. */
export async function startWorker(context: ServiceContext, config: EdgeConfig): Promise<Running> {
  const tell = (message: FromWorker): void => void process.send?.(message, undefined, undefined, () => undefined);
  const edge = await startEdge(context, config, {
    role: 'worker',
    onRefused: (pool, address) => tell({ kind: 'refused', pool, address }),
  });
  process.on('message', (message: FromPrimary) => {
    if (message.kind === 'members') edge.pools.get(message.pool)?.told(message.members);
    else if (message.kind === 'strategy') edge.pools.get(message.pool)?.setStrategy(message.strategy);
    else edge.apply(message.config).catch((error: unknown) => context.log.error({ err: error }, 'reload failed'));
  });
  tell({ kind: 'ready' });
  return edge;
}
