import { z } from 'zod';
import { crossChecks } from './cross-checks.ts';
import { listenAt, percent, wholeNumber } from './fields.ts';
import { ListenerConfig } from './listener.ts';
import { PoolConfig } from './pool.ts';

export type { ListenerConfig, ListenerLimits } from './listener.ts';
export type { PoolConfig } from './pool.ts';
export type { RouteConfig } from './route.ts';

/** edge-lb.yaml: what listens, where it goes, how it is spread. */
export const EdgeConfig = z
  .strictObject({
    listeners: z
      .record(z.string(), ListenerConfig)
      .refine((all) => Object.keys(all).length > 0, 'must hold at least one listener'),
    pools: z.record(z.string(), PoolConfig),
    engine: z
      .literal(['wire', 'http-proxy'], 'must be wire or http-proxy')
      .default('wire')
      .describe('What relays HTTP. Default wire.'),
    workers: z
      .union(
        [z.literal('auto'), wholeNumber(1, '').max(256, 'must be at most 256')],
        'must be a whole number > 0, or auto',
      )
      .default(1)
      .describe('Processes that share the listeners; `auto` is one per core. Default 1.'),
    trustedHops: wholeNumber(0, 'How many proxies in front are believed about the client. Default 0: none.')
      .max(10, 'must be at most 10')
      .default(0),
    admin: z
      .strictObject({
        address: listenAt('127.0.0.1').describe('HOST:PORT, or a port on loopback.'),
        tokenFile: z
          .string()
          .min(1)
          .optional()
          .describe('A file with the bearer token that changes need. Default: none, and nothing can be changed.'),
      })
      .optional()
      .describe('The internal API and metrics. Default: none.'),
    accessLog: z
      .strictObject({ samplePercent: percent(100, 'Of requests that are logged; failures always are. Default 100.') })
      .optional()
      .describe('A JSON line for each request. Default: off.'),
  })
  .superRefine(crossChecks, { when: () => true });

export type EdgeConfig = z.infer<typeof EdgeConfig>;
