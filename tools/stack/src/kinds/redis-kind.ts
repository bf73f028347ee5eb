import { spawnRedis } from '../embedded/redis.ts';
import { redisAnswers } from '../processes/health.ts';
import type { KindOptions, ServiceKind } from './service-kind.ts';

/** The embedded Redis, with the configuration file that the compose file gives redis-server. */
export function redisKind({ service }: KindOptions): ServiceKind {
  return {
    prepare: async () => undefined,
    spawn: (_instance, port) => spawnRedis({ port, configFile: service.command[1] }),
    healthy: redisAnswers,
  };
}
