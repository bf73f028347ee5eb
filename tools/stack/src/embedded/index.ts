export type { EmbeddedServer } from './embedded-server.ts';
export { startPostgres, type PostgresOptions } from './postgres.ts';
export { startRedis, type RedisOptions } from './redis.ts';
