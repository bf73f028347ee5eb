export { drainableServer } from './drainable-server.ts';
export { runConfigured, type ConfiguredService } from './run-configured.ts';
export { runService, type Running, type ServiceContext } from './run-service.ts';
