import { readOptionalSecret } from '@edgeway/config';
import type { Discovery } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import { Redis } from 'ioredis';

export interface RedisOptions {
  readonly discovery: Discovery;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  /** The service's name in docker-compose.yml. Default `redis`. */
  readonly service?: string;
}

/** A slow limit check must not become a slow request. */
const commandTimeoutMs = 250;
const connectTimeoutMs = 1000;
/** A server that has fallen silent with its socket open (a frozen or unplugged machine) counts as lost. */
const silenceMs = 2000;
const reconnectCapMs = 1000;

/**
 * A client that never makes its caller wait for a Redis that is away: commands fail at once, it
 * connects anew in the background, and a process starts whether Redis is there or not. Each change
 * between reachable and not is logged once.
 */
export function connectRedis({ discovery, env, log, service = 'redis' }: RedisOptions): Redis {
  const password = readOptionalSecret(env, 'REDIS_PASSWORD');
  const locate = () => {
    const { host, port } = discovery.locate({ service, port: 6379 });
    return { host, port };
  };
  const redis: Redis = new Redis({
    ...locate(),
    ...(password === undefined ? {} : { password }),
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: silenceMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    retryStrategy(attempt) {
      // The connector reads these at each connect: the server may have come back elsewhere.
      Object.assign(redis.options, locate());
      return Math.min(50 * attempt, reconnectCapMs);
    },
  });
  let reachable: boolean | undefined;
  redis.on('ready', () => {
    if (reachable !== true) log.info('redis reachable');
    reachable = true;
  });
  redis.on('error', (error) => {
    if (reachable !== false) log.warn({ err: error }, 'redis not reachable; carrying on without it');
    reachable = false;
  });
  redis.on('close', () => {
    if (reachable === true) log.warn('redis connection lost');
    reachable = false;
  });
  return redis;
}
