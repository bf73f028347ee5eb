import { loadConfig } from '@edgeway/config';
import { runConfigured } from '@edgeway/service-kit';
import { EdgeConfig } from './config/schema.ts';
import { startEdge } from './start-edge.ts';

await runConfigured({
  name: process.env['SERVICE_NAME'] ?? 'edge-lb',
  load: (file) => loadConfig({ file, schema: EdgeConfig }),
  start: startEdge,
});
