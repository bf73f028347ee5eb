import { loadConfig } from '@edgeway/config';
import { runConfigured } from '@edgeway/service-kit';
import { EdgeConfig } from './config/schema.ts';
import { runEdge } from './run-edge.ts';

const load = (file: string): EdgeConfig => loadConfig({ file, schema: EdgeConfig });

await runConfigured({
  name: process.env['SERVICE_NAME'] ?? 'edge-lb',
  load,
  start: (context, config, file) => runEdge(context, config, { file, load }),
});
