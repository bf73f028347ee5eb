import { appKind } from './app-kind.ts';
import { postgresKind } from './postgres-kind.ts';
import { redisKind } from './redis-kind.ts';
import type { KindOptions, ServiceKind } from './service-kind.ts';

const kinds = { app: appKind, postgres: postgresKind, redis: redisKind } as const;

/** How this service is run. */
export const kindOf = (options: KindOptions): ServiceKind => kinds[options.service.kind](options);
