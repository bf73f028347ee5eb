import { loadConfig } from '@edgeway/config';
import { runConfigured } from '@edgeway/service-kit';
import { GatewayConfig } from './config/schema.ts';
import { startGateway } from './start-gateway.ts';

await runConfigured({
  name: 'api-gateway',
  load: (file) => loadConfig({ file, schema: GatewayConfig }),
  start: startGateway,
});
