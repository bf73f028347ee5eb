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
        public: { address: { host: '0.0.0.0', port: 8080 }, protocol: 'http', routes: [{ path: '/', pool: 'main' }] },
      },
      pools: {
        main: {
          endpoints: { service: 'api-gateway', port: 3000 },
          strategy: 'round-robin',
          health: { http: '/readyz', intervalSeconds: 2, timeoutSeconds: 1, fall: 3, rise: 2 },
          retry: { attempts: 2 },
          timeouts: { connectSeconds: 1, headersSeconds: 30, idleSeconds: 60 },
        },
      },
      engine: 'http-proxy',
      trustedHops: 0,
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
  other: { address: '0.0.0.0', protocol: tcp, routes: [] }
pools:
  main:
    endpoints: { service: api-gateway, port: 0 }
    strategy: fastest
    health: { fall: 0, intervalSeconds: soon }
    retry: { attempts: 1.5 }
    limits: {}
  twice: { endpoints: { static: [{ address: a:1 }, { address: a:1 }, { address: a:70000, weight: -1 }] } }
  both: { endpoints: { service: a, port: 1, static: [{ address: a:1 }] } }
engine: wire
trustedHops: -1
`;
    expect(faultsOf(text)).toEqual({
      'listeners.public.routes[0].pool': 'unknown pool "mian" (did you mean "main"?)',
      'listeners.public.routes[1].path': 'must be a path that starts with /',
      'listeners.public.routes[2].path': '/ is already taken by routes[0]',
      'listeners.other.address': 'must be HOST:PORT',
      'listeners.other.protocol': 'must be http',
      'listeners.other.routes': 'must hold at least one route',
      'pools.main.endpoints.port': 'must be a port, 1 to 65535',
      'pools.main.strategy': 'must be one of round-robin, least-connections',
      'pools.main.health.fall': 'must be > 0',
      'pools.main.health.intervalSeconds': 'must be a number of seconds',
      'pools.main.retry.attempts': 'must be a whole number',
      'pools.main.limits': 'is not a known field',
      'pools.twice.endpoints.static[1].address': 'a:1 is already taken by static[0]',
      'pools.twice.endpoints.static[2].address': 'must be HOST:PORT',
      'pools.twice.endpoints.static[2].weight': 'must be > 0',
      'pools.both.endpoints': 'must be { service, port } or { static: [{ address, weight }] }',
      engine: 'must be http-proxy',
      trustedHops: 'must be >= 0',
    });
  });

  it.each(['', 'listeners: 5', 'listeners: { a: 5 }\npools: []', 'pools: { a: { endpoints: { static: 1 } } }'])(
    'refuses %j without breaking on it',
    (text) => expect(Object.keys(faultsOf(text))).not.toEqual([]),
  );
});
