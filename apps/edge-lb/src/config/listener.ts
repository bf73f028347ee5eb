import { isIP } from 'node:net';
import { z } from 'zod';
import { count, listenAt, seconds, wholeNumber } from './fields.ts';
import { RouteConfig } from './route.ts';

const cidr = z.string().refine((text) => {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const size = bits === undefined ? 0 : Number(bits);
  return family !== 0 && more.length === 0 && Number.isInteger(size) && size >= 0 && size <= (family === 4 ? 32 : 128);
}, 'must be an address or a CIDR range');

/** What one client, and all of them, may take. */
const Limits = z.strictObject({
  connections: count(20_000, 'Open connections in all. Beyond: 503. Default 20000.'),
  connectionsPerAddress: count(
    10_000,
    'Open connections of one client address. Beyond: 503. Default 10000: clients may share one.',
  ),
  startLineBytes: wholeNumber(1, 'Bytes of a request line. Beyond: 414. Default 8192.')
    .max(65_536, 'must be at most 65536')
    .default(8192),
  headBytes: wholeNumber(1, 'Bytes of a request head. Beyond: 431. Default 16384.')
    .max(262_144, 'must be at most 262144')
    .default(16_384),
  fields: wholeNumber(1, 'Fields of a request head. Beyond: 431. Default 100.')
    .max(1000, 'must be at most 1000')
    .default(100),
  headSeconds: seconds(10, 'For a request head to come, from its first byte. Beyond: 408. Default 10 s.'),
  keepAliveSeconds: seconds(65, 'For the next request on a connection. Default 65 s.'),
  bodyGraceSeconds: seconds(20, 'Before the least rate of a body counts. Default 20 s.'),
  bodyBytesPerSecond: count(500, 'The least average rate of a body after that. Below: 408. Default 500.'),
});

const Tls = z.strictObject({
  certificates: z
    .array(z.string().min(1))
    .min(1, 'must name at least one certificate')
    .describe(
      'Paths without extension: NAME.crt holds the chain and NAME.key its key. Chosen by the server name; the first is the default. Read again when they change.',
    ),
  clientCa: z
    .string()
    .optional()
    .describe('A file of CA certificates; clients must show one that they signed (mTLS). Default: none.'),
  minVersion: z
    .literal(['TLSv1.2', 'TLSv1.3'], 'must be TLSv1.2 or TLSv1.3')
    .default('TLSv1.2')
    .describe('Default TLSv1.2.'),
});

export const ListenerConfig = z
  .strictObject({
    address: listenAt('0.0.0.0').describe('HOST:PORT, or a port on all interfaces.'),
    protocol: z
      .literal(['http', 'https', 'tcp', 'udp'], 'must be http, https, tcp or udp')
      .default('http')
      .describe(
        '`http` and `https` relay requests by route, `tcp` connections and `udp` datagrams to one pool. Default http.',
      ),
    routes: z.array(RouteConfig).min(1, 'must hold at least one route').optional().describe('For http and https.'),
    pool: z.string().optional().describe('For tcp and udp.'),
    serverNames: z
      .record(z.string().toLowerCase(), z.string())
      .optional()
      .describe(
        'For tcp: the pool of a TLS server name (SNI), passed through without ending TLS; `*.example.org` and `*` too.',
      ),
    tls: Tls.optional().describe('For https.'),
    proxyProtocol: z
      .strictObject({
        from: z
          .array(cidr)
          .min(1, 'must name at least one range')
          .describe('Peers that begin with a PROXY header, v1 or v2. Others may not.'),
      })
      .optional()
      .describe('For http, https and tcp behind another balancer. Default: none.'),
    idleSeconds: seconds(30, 'For udp: how long a session lasts without a datagram. Default 30 s.'),
    limits: Limits.prefault({}),
  })
  .superRefine(({ protocol, routes, pool, serverNames, tls, proxyProtocol }, faults) => {
    const need = (name: string, given: boolean, wanted: boolean): void => {
      if (given !== wanted)
        faults.addIssue({
          code: 'custom',
          path: [name],
          message: wanted ? `is required for ${protocol}` : `is not for ${protocol}`,
        });
    };
    const requests = protocol === 'http' || protocol === 'https';
    need('routes', routes !== undefined, requests);
    need('tls', tls !== undefined, protocol === 'https');
    if (requests || protocol === 'udp' || serverNames === undefined) need('pool', pool !== undefined, !requests);
    if (protocol !== 'tcp') need('serverNames', serverNames !== undefined, false);
    if (protocol === 'udp') need('proxyProtocol', proxyProtocol !== undefined, false);
  });

export type ListenerConfig = z.infer<typeof ListenerConfig>;
export type ListenerLimits = ListenerConfig['limits'];
