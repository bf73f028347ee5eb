export { decodeCursor, encodeCursor, type CursorPosition } from './cursor.ts';
export { migrate } from './migrate.ts';
export { connectPostgres, type Postgres, type PostgresOptions } from './postgres.ts';
export { connectRedis, type RedisOptions } from './redis.ts';
export { asCodedStoreError, isDatabaseUnavailable } from './unavailable.ts';
