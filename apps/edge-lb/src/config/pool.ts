import { hashingStrategies, strategyNames } from '@edgeway/balancing';
import type { Target } from '@edgeway/discovery';
import { z } from 'zod';
import { count, endpointAddress, percent, portNumber, seconds, wholeNumber } from './fields.ts';

const StaticEndpoint = z.strictObject({
  address: endpointAddress.describe('HOST:PORT.'),
  weight: z
    .number('must be a number')
    .positive('must be > 0')
    .max(1000, 'must be at most 1000')
    .default(1)
    .describe('Share of traffic relative to its peers. Default 1.'),
  backup: z
    .boolean('must be true or false')
    .optional()
    .describe('Takes traffic only while no other can. Default false.'),
  zone: z.string().optional().describe('Where it runs; see `zone` of the pool.'),
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

const name = z
  .enum(strategyNames, `must be one of ${strategyNames.join(', ')}`)
  .describe('The same, with options beside it.');

/** What hashing strategies hash. */
const key = z
  .string()
  .regex(/^(?:source|path|host|header:[\w-]+|cookie:[\w-]+)$/, 'must be source, path, host, header:NAME or cookie:NAME')
  .describe('What those that hash go by. Default source: the address of the client.');

const Strategy = z
  .union(
    [
      name,
      z.strictObject({
        name,
        key: key.optional(),
        decaySeconds: z
          .number()
          .positive()
          .optional()
          .describe('For peak-ewma: how fast old measurements fade. Default 10 s.'),
        loadPercent: z
          .number()
          .min(100)
          .optional()
          .describe('For bounded-load: the most an endpoint takes, of its fair share. Default 150.'),
      }),
    ],
    `must be one of ${strategyNames.join(', ')}, or { name, … }`,
  )
  .transform((given) => (typeof given === 'string' ? { name: given } : given))
  .transform(({ name, ...rest }) => ({ name, ...(hashingStrategies.has(name) ? { key: 'source' } : {}), ...rest }))
  .describe(
    'How an endpoint is chosen: a name, or `{ name, key }` for those that hash (`source`, `path`, `host`, `header:NAME`, `cookie:NAME`; default source). Default round-robin.',
  );

const Health = z
  .strictObject({
    http: z
      .string()
      .startsWith('/', 'must be a path')
      .optional()
      .describe('Asked with GET; 2xx is healthy. Default /readyz, unless `tcp`.'),
    tcp: z.literal(true, 'must be true').optional().describe('Only connects: for what speaks no HTTP.'),
    intervalSeconds: seconds(2, 'Between probes of one endpoint, give or take a tenth. Default 2 s.'),
    timeoutSeconds: seconds(1, 'A slower answer is a failure. Default 1 s.'),
    fall: count(3, 'Failures in a row that take an endpoint out. Default 3.'),
    rise: count(2, 'Successes in a row that bring it back. Default 2.'),
  })
  .superRefine(({ http, tcp }, faults) => {
    if (http !== undefined && tcp !== undefined)
      faults.addIssue({ code: 'custom', path: ['tcp'], message: 'excludes http' });
  });

const Ejection = z.strictObject({
  consecutiveErrors: wholeNumber(
    0,
    'Failed or 5xx answers in a row that eject an endpoint; 0: never. Default 5.',
  ).default(5),
  intervalSeconds: seconds(10, 'Between looks at success rates. Default 10 s.'),
  baseSeconds: seconds(30, 'For how long, times how often it was. Default 30 s.'),
  maxSeconds: seconds(300, 'And at most. Default 300 s.'),
  maxPercent: percent(10, 'Of the pool that may be ejected at once, but always one. Default 10.'),
});

const Timeouts = z.strictObject({
  connectSeconds: seconds(1, 'To reach an endpoint. Default 1 s.'),
  headersSeconds: seconds(30, 'Until its answer begins. Default 30 s.'),
  idleSeconds: seconds(60, 'Without a byte in either direction. Default 60 s.'),
  tunnelSeconds: seconds(3600, 'The same, for WebSockets and other upgrades. Default 3600 s.'),
});

const Sticky = z.strictObject({
  cookie: z
    .string()
    .regex(/^[\w-]+$/, 'must be a cookie name')
    .default('edgeway')
    .describe('Its name. Default edgeway.'),
  secretFile: z.string().min(1).describe('A file with at least 32 characters that sign the cookie.'),
  secure: z.boolean('must be true or false').default(true).describe('Whether it is sent over TLS alone. Default true.'),
});

export const PoolConfig = z.strictObject({
  endpoints: Endpoints,
  strategy: Strategy.prefault('round-robin'),
  health: Health.prefault({}),
  ejection: Ejection.prefault({}),
  retry: z
    .strictObject({
      attempts: count(
        2,
        'How often a request may be tried in all: one that is safe, or that reached nobody. Default 2.',
      ),
      statuses: z
        .array(wholeNumber(500, 'A status.').max(599, 'must be at most 599'))
        .default([])
        .describe(
          'Answers to safe requests that are asked elsewhere too, such as 503, while another endpoint can be. Default none.',
        ),
      budgetPercent: percent(20, 'Retries in ten seconds may be this part of its requests. Default 20.'),
      budgetPerSecond: wholeNumber(0, 'And this many a second besides. Default 10.').default(10),
    })
    .prefault({}),
  timeouts: Timeouts.prefault({}),
  limits: z
    .strictObject({
      connectionsPerEndpoint: count(1024, 'Requests (L7) or connections (L4) one endpoint has at once. Default 1024.'),
      queued: wholeNumber(0, 'Requests that wait when all have that many; those beyond get 503. Default 256.').default(
        256,
      ),
      queueSeconds: seconds(1, 'How long each waits. Default 1 s.'),
    })
    .prefault({}),
  slowStartSeconds: z
    .number('must be a number of seconds')
    .min(0, 'must be >= 0')
    .max(3600, 'must be at most 3600')
    .default(0)
    .describe('How long one that came back takes to its full share. Default 0: at once.'),
  panicPercent: percent(
    0,
    'With fewer than this available, health is disbelieved and all are tried. Default 0: never.',
  ),
  zone: z
    .string()
    .optional()
    .describe('Endpoints of this zone are preferred, while half of them are available. Default: none.'),
  sticky: Sticky.optional().describe(
    'Keeps each client on one endpoint by a signed cookie, whatever the strategy. Default: off.',
  ),
  proxyProtocol: z
    .literal(['v1', 'v2'], 'must be v1 or v2')
    .optional()
    .describe('For tcp: begins each connection to an endpoint with a PROXY header. Default: none.'),
});

export type PoolConfig = z.infer<typeof PoolConfig>;
