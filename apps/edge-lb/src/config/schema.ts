import { strategyNames } from '@edgeway/balancing';
import type { Address, Target } from '@edgeway/discovery';
import { z } from 'zod';
import { hostAndPort, hostAndPortPattern } from '../pools/host-and-port.ts';
import { crossChecks } from './cross-checks.ts';

const seconds = (fallback: number, what: string) =>
  z
    .number('must be a number of seconds')
    .positive('must be > 0')
    .max(3600, 'must be at most 3600')
    .default(fallback)
    .describe(`${what} Default ${fallback} s.`);
// multipleOf(1) and not int(): a fault of that kind would keep crossChecks from running.
const count = (fallback: number, what: string) =>
  z
    .number('must be a whole number')
    .multipleOf(1, 'must be a whole number')
    .min(1, 'must be > 0')
    .default(fallback)
    .describe(`${what} Default ${fallback}.`);
const portNumber = z
  .number('must be a port')
  .multipleOf(1, 'must be a port')
  .min(1, 'must be a port, 1 to 65535')
  .max(65_535, 'must be a port, 1 to 65535');
const isAddress = (text: string): boolean => {
  const port = Number(hostAndPortPattern.exec(text)?.[1] ?? 0);
  return port >= 1 && port <= 65_535;
};
const address = z.string('must be HOST:PORT').refine(isAddress, 'must be HOST:PORT');

const Route = z.strictObject({
  path: z
    .string()
    .regex(/^\/[^\s?#]*$/, 'must be a path that starts with /')
    .describe('A prefix, matched by whole segments; the longest wins.'),
  pool: z.string().describe('The pool that answers.'),
});

const Listener = z.strictObject({
  address: z
    .union([portNumber, address], 'must be HOST:PORT or a port')
    .transform((at): Address => {
      if (typeof at === 'number') return { host: '0.0.0.0', port: at };
      const [host, port] = hostAndPort(at);
      return { host, port };
    })
    .describe('HOST:PORT, or a port on all interfaces.'),
  protocol: z.literal('http', 'must be http').default('http').describe('HTTP/1.1.'),
  routes: z.array(Route).min(1, 'must hold at least one route'),
});

const StaticEndpoint = z.strictObject({
  address,
  weight: z
    .number('must be a number')
    .positive('must be > 0')
    .max(1000, 'must be at most 1000')
    .default(1)
    .describe('Share of traffic relative to its peers. Default 1.'),
});

const Endpoints = z
  .strictObject({
    service: z.string().min(1).optional().describe('A service by its name in docker-compose.yml; followed live.'),
    port: portNumber.optional().describe('Where each of its replicas listens.'),
    static: z.array(StaticEndpoint).min(1, 'must hold at least one endpoint').optional().describe('A fixed list.'),
  })
  .transform(({ service, port, static: fixed }, context): Target | { static: z.infer<typeof StaticEndpoint>[] } => {
    if (fixed !== undefined && service === undefined && port === undefined) return { static: fixed };
    if (fixed === undefined && service !== undefined && port !== undefined) return { service, port };
    context.addIssue({ code: 'custom', message: 'must be { service, port } or { static: [{ address, weight }] }' });
    return z.NEVER;
  });

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
  retry: z
    .strictObject({
      attempts: count(2, 'How often a request may be tried in all: one that is safe, or that reached nobody.'),
    })
    .prefault({}),
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
      .multipleOf(1, 'must be a whole number')
      .min(0, 'must be >= 0')
      .max(10, 'must be at most 10')
      .default(0)
      .describe('How many proxies in front are believed about the client. Default 0: none.'),
  })
  .superRefine(crossChecks, { when: () => true });

export type EdgeConfig = z.infer<typeof EdgeConfig>;
export type PoolConfig = z.infer<typeof Pool>;
