export { drainableServer } from './drainable-server.ts';
export { runService, type Running, type ServiceContext } from './run-service.ts';
