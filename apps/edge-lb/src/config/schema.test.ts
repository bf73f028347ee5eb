import { ConfigError, parseConfig } from '@edgeway/config';
import { describe, expect, it } from 'vitest';
import { EdgeConfig } from './schema.ts';

const parse = (text: string) => parseConfig('edge-lb.yaml', text, EdgeConfig, {});
const faultsOf = (text: string): Record<string, string> => {
  try {
    parse(text);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.faults.map(({ path, message }) => [path, message]));
  }
};
const least = `
listeners: { public: { address: 8080, routes: [{ path: /, pool: main }] } }
pools: { main: { endpoints: { service: api-gateway, port: 3000 } } }
`;

describe('EdgeConfig', () => {
  it('needs little, and has good defaults for the rest', () => {
    expect(parse(least)).toEqual({
      listeners: {
        public: {
          address: { host: '0.0.0.0', port: 8080 },
          protocol: 'http',
          routes: [{ path: '/', pool: 'main' }],
          idleSeconds: 30,
          limits: {
            connections: 20_000,
            connectionsPerAddress: 10_000,
            startLineBytes: 8192,
            headBytes: 16_384,
            fields: 100,
            headSeconds: 10,
            keepAliveSeconds: 65,
            bodyGraceSeconds: 20,
            bodyBytesPerSecond: 500,
          },
        },
      },
      pools: {
        main: {
          endpoints: { service: 'api-gateway', port: 3000 },
          strategy: { name: 'round-robin' },
          health: { intervalSeconds: 2, timeoutSeconds: 1, fall: 3, rise: 2 },
          ejection: { consecutiveErrors: 5, intervalSeconds: 10, baseSeconds: 30, maxSeconds: 300, maxPercent: 10 },
          retry: { attempts: 2, statuses: [], budgetPercent: 20, budgetPerSecond: 10 },
          timeouts: { connectSeconds: 1, headersSeconds: 30, idleSeconds: 60, tunnelSeconds: 3600 },
          limits: { connectionsPerEndpoint: 1024, queued: 256, queueSeconds: 1 },
          slowStartSeconds: 0,
          panicPercent: 0,
        },
      },
      engine: 'wire',
      workers: 1,
      trustedHops: 0,
    });
  });

  it('hashes the client’s address when no other key is given', () => {
    const strategy = (text: string) =>
      parse(least.replace('} } }', `}, strategy: ${text} } }`)).pools['main']!.strategy;
    expect(strategy('maglev')).toEqual({ name: 'maglev', key: 'source' });
    expect(strategy('{ name: ring-hash, key: "header:X-Tenant" }')).toEqual({
      name: 'ring-hash',
      key: 'header:X-Tenant',
    });
    expect(strategy('peak-ewma')).toEqual({ name: 'peak-ewma' });
  });

  it('tells what a route and a listener lack, and what is not for them', () => {
    expect(
      faultsOf(`
listeners:
  web:
    address: 80
    routes:
      - { path: /none }
      - { path: /both, pool: a, redirect: { to: / } }
      - { path: /split, split: [{ pool: a, weight: 0 }] }
      - { path: /unknown, split: [{ pool: b, weight: 1 }], mirror: c }
      - { path: /go, redirect: { to: nowhere, status: 300 } }
      - { path: /say, respond: { status: 101 }, rewrite: /x }
      - { path: /same, host: x.test, pool: a }
      - { path: /same, host: x.test, pool: a }
      - { path: /same, host: y.test, pool: a }
  safe: { address: 443, protocol: https, routes: [{ pool: a }] }
  l4: { address: 1, protocol: tcp, routes: [{ pool: a }], proxyProtocol: { from: [10.0.0.0/33] } }
  names: { address: 2, protocol: tcp, serverNames: { a.test: a, '*': z } }
  games: { address: 3, protocol: udp, pool: a, tls: { certificates: [] } }
pools:
  a: { endpoints: { service: s, port: 1 }, strategy: { name: maglev, key: body }, health: { http: /x, tcp: true } }
`),
    ).toEqual({
      'listeners.web.routes[0]': 'must have one of pool, split, redirect, respond',
      'listeners.web.routes[1]': 'must have one of pool, split, redirect, respond',
      'listeners.web.routes[2].split': 'must give some pool a weight',
      'listeners.web.routes[3].split[0].pool': 'unknown pool "b" (did you mean "a"?)',
      'listeners.web.routes[3].mirror': 'unknown pool "c" (did you mean "a"?)',
      'listeners.web.routes[4].redirect.to': 'must be a path or an http URL',
      'listeners.web.routes[4].redirect.status': 'must be 301, 302, 303, 307 or 308',
      'listeners.web.routes[5].respond.status': 'must be >= 200',
      'listeners.web.routes[5].rewrite': 'needs a pool or a split',
      'listeners.web.routes[7].path': '/same is already taken by routes[6]',
      'listeners.safe.tls': 'is required for https',
      'listeners.l4.pool': 'is required for tcp',
      'listeners.l4.routes': 'is not for tcp',
      'listeners.l4.proxyProtocol.from[0]': 'must be an address or a CIDR range',
      'listeners.names.serverNames.*': 'unknown pool "z" (did you mean "a"?)',
      'listeners.games.tls': 'is not for udp',
      'listeners.games.tls.certificates': 'must name at least one certificate',
      'pools.a.health.tcp': 'excludes http',
      'pools.a.strategy.key': 'must be source, path, host, header:NAME or cookie:NAME',
    });
  });

  it('takes an interface to listen on, and a fixed list of endpoints', () => {
    const config = parse(`
listeners: { inner: { address: '[::1]:3000', routes: [{ path: /, pool: main }] } }
pools: { main: { endpoints: { static: [{ address: 127.0.0.1:9001, weight: 3 }, { address: 'b:9002' }] } } }
`);
    expect(config.listeners['inner']!.address).toEqual({ host: '::1', port: 3000 });
    expect(config.pools['main']!.endpoints).toEqual({
      static: [
        { address: '127.0.0.1:9001', weight: 3 },
        { address: 'b:9002', weight: 1 },
      ],
    });
  });

  it('tells all faults at once, by path', () => {
    const text = `
listeners:
  public: { address: 8080, routes: [{ path: /, pool: mian }, { path: api, pool: main }, { path: /, pool: main }] }
  other: { address: '0.0.0.0', protocol: ftp, routes: [] }
pools:
  main:
    endpoints: { service: api-gateway, port: 0 }
    strategy: fastest
    health: { fall: 0, intervalSeconds: soon }
    retry: { attempts: 1.5 }
    limits: { size: 1 }
  twice: { endpoints: { static: [{ address: a:1 }, { address: a:1 }, { address: a:70000, weight: -1 }] } }
  both: { endpoints: { service: a, port: 1, static: [{ address: a:1 }] } }
engine: quantum
trustedHops: -1
`;
    expect(faultsOf(text)).toEqual({
      'listeners.public.routes[0].pool': 'unknown pool "mian" (did you mean "main"?)',
      'listeners.public.routes[1].path': 'must be a path that starts with /',
      'listeners.public.routes[2].path': '/ is already taken by routes[0]',
      'listeners.other.address': 'must be HOST:PORT',
      'listeners.other.protocol': 'must be http, https, tcp or udp',
      'listeners.other.routes': 'must hold at least one route',
      'pools.main.endpoints.port': 'must be a port, 1 to 65535',
      'pools.main.strategy': expect.stringMatching(
        /^must be one of round-robin, weighted-round-robin, random, .*, or \{ name, … \}$/,
      ),
      'pools.main.health.fall': 'must be > 0',
      'pools.main.health.intervalSeconds': 'must be a number of seconds',
      'pools.main.retry.attempts': 'must be a whole number',
      'pools.main.limits.size': 'is not a known field',
      'pools.twice.endpoints.static[1].address': 'a:1 is already taken by static[0]',
      'pools.twice.endpoints.static[2].address': 'must be HOST:PORT',
      'pools.twice.endpoints.static[2].weight': 'must be > 0',
      'pools.both.endpoints': 'must be { service, port } or { static: [{ address, weight }] }',
      engine: 'must be wire or http-proxy',
      trustedHops: 'must be >= 0',
    });
  });

  it.each(['', 'listeners: 5', 'listeners: { a: 5 }\npools: []', 'pools: { a: { endpoints: { static: 1 } } }'])(
    'refuses %j without breaking on it',
    (text) => expect(Object.keys(faultsOf(text))).not.toEqual([]),
  );
});
