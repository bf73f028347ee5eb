import { availableParallelism } from 'node:os';
import { loadConfig } from '@edgeway/config';
import { runConfigured, watchConfig } from '@edgeway/service-kit';
import { EdgeConfig } from './config/schema.ts';
import { startEdge } from './start-edge.ts';
import { workerVariable } from './workers/messages.ts';
import { startPrimary } from './workers/primary.ts';
import { startWorker } from './workers/worker.ts';

const load = (file: string): EdgeConfig => loadConfig({ file, schema: EdgeConfig });

await runConfigured({
  name: process.env['SERVICE_NAME'] ?? 'edge-lb',
  load,
  async start(context, config, file) {
    if (process.env[workerVariable] !== undefined) return startWorker(context, config);
    const workers = config.workers === 'auto' ? availableParallelism() : config.workers;
    const program = { file: process.argv[1]!, args: ['run', file] };
    const running =
      workers > 1 ? await startPrimary(context, config, workers, program) : await startEdge(context, config);
    const watch = watchConfig({ file, load, apply: running.apply, log: context.log });
    return {
      drain: async () => {
        watch.close();
        await running.drain();
      },
      close: async () => running.close?.(),
    };
  },
});
