export { startPostgres, type EmbeddedServer, type PostgresOptions } from './postgres.ts';
export { startRedis } from './redis.ts';
