import { unknownName } from '@edgeway/config';
import { strategyNames } from '@edgeway/balancing';
import { z } from 'zod';

const seconds = (fallback: number, what: string) =>
  z
    .number('must be a number of seconds')
    .positive('must be > 0')
    .max(3600, 'must be at most 3600')
    .default(fallback)
    .describe(`${what} Default ${fallback} s.`);
const count = (fallback: number, what: string) =>
  z
    .number('must be a whole number')
    .int('must be a whole number')
    .min(1, 'must be > 0')
    .default(fallback)
    .describe(`${what} Default ${fallback}.`);
const portNumber = z
  .number('must be a port')
  .int('must be a port')
  .min(1, 'must be a port, 1 to 65535')
  .max(65_535, 'must be a port, 1 to 65535');
const address = z.string().regex(/^[^:\s]+:\d{1,5}$/, 'must be HOST:PORT');

const Route = z.strictObject({
  path: z
    .string()
    .regex(/^\/[^\s?#]*$/, 'must be a path that starts with /')
    .describe('A prefix, matched by whole segments; the longest wins.'),
  pool: z.string().describe('The pool that answers.'),
});

const Listener = z.strictObject({
  port: portNumber.describe('Listens here on all interfaces.'),
  protocol: z.literal('http').default('http').describe('HTTP/1.1.'),
  routes: z.array(Route).min(1, 'must hold at least one route'),
});

const Endpoints = z.union(
  [
    z.strictObject({ service: z.string().min(1), port: portNumber }),
    z.strictObject({
      static: z.array(z.strictObject({ address, weight: z.number().positive().max(1000).default(1) })).min(1),
    }),
  ],
  'must be { service, port } or { static: [{ address, weight }] }',
);

const Health = z.strictObject({
  http: z
    .string()
    .startsWith('/', 'must be a path')
    .default('/readyz')
    .describe('Asked with GET; 2xx is healthy. Default /readyz.'),
  intervalSeconds: seconds(2, 'Between probes of one endpoint.'),
  timeoutSeconds: seconds(1, 'A slower answer is a failure.'),
  fall: count(3, 'Failures in a row that take an endpoint out.'),
  rise: count(2, 'Successes in a row that bring it back.'),
});

const Timeouts = z.strictObject({
  connectSeconds: seconds(1, 'To reach an endpoint.'),
  headersSeconds: seconds(30, 'Until its answer begins.'),
  idleSeconds: seconds(60, 'Without a byte in either direction.'),
});

const Pool = z.strictObject({
  endpoints: Endpoints,
  strategy: z
    .enum(strategyNames, `must be one of ${strategyNames.join(', ')}`)
    .default('round-robin')
    .describe('Default round-robin.'),
  health: Health.prefault({}),
  retry: z.strictObject({ attempts: count(2, 'How often a safe request may be tried in all.') }).prefault({}),
  timeouts: Timeouts.prefault({}),
});

/** edge-lb.yaml: what listens, where it goes, how it is spread. */
export const EdgeConfig = z
  .strictObject({
    listeners: z
      .record(z.string(), Listener)
      .refine((all) => Object.keys(all).length > 0, 'must hold at least one listener'),
    pools: z.record(z.string(), Pool),
    engine: z
      .literal('http-proxy', 'must be http-proxy')
      .default('http-proxy')
      .describe('What relays. Default http-proxy.'),
    trustedHops: z
      .number('must be a whole number')
      .int('must be a whole number')
      .min(0, 'must be >= 0')
      .max(10, 'must be at most 10')
      .default(0)
      .describe('How many proxies in front are believed about the client. Default 0: none.'),
  })
  .superRefine((config, context) => {
    const names = Object.keys(config.pools);
    for (const [name, { routes }] of Object.entries(config.listeners)) {
      const seen = new Map<string, number>();
      routes.forEach(({ path, pool }, i) => {
        const at = ['listeners', name, 'routes', i];
        if (!names.includes(pool))
          context.addIssue({ code: 'custom', path: [...at, 'pool'], message: unknownName('pool', pool, names) });
        const earlier = seen.get(path);
        if (earlier !== undefined)
          context.addIssue({
            code: 'custom',
            path: [...at, 'path'],
            message: `${path} is already taken by routes[${earlier}]`,
          });
        seen.set(path, i);
      });
    }
  });

export type EdgeConfig = z.infer<typeof EdgeConfig>;
export type PoolConfig = z.infer<typeof Pool>;
