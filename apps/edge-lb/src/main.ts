import { loadConfig } from '@edgeway/config';
import { runConfigured, watchConfig } from '@edgeway/service-kit';
import { EdgeConfig } from './config/schema.ts';
import { startEdge } from './start-edge.ts';

const load = (file: string): EdgeConfig => loadConfig({ file, schema: EdgeConfig });

await runConfigured({
  name: process.env['SERVICE_NAME'] ?? 'edge-lb',
  load,
  async start(context, config, file) {
    const edge = await startEdge(context, config);
    const watch = watchConfig({ file, load, apply: edge.apply, log: context.log });
    return {
      drain: async () => {
        watch.close();
        await edge.drain();
      },
      close: async () => edge.close?.(),
    };
  },
});
