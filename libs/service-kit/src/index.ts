export { drainableServer } from './drainable-server.ts';
export { runConfigured, type ConfiguredService } from './run-configured.ts';
export { watchConfig, type ConfigWatch, type Reload } from './watch-config.ts';
export { runService, type Running, type ServiceContext } from './run-service.ts';
