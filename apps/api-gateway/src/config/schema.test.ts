import { resolve } from 'node:path';
import { ConfigError, loadConfig, parseConfig } from '@edgeway/config';
import { describe, expect, it } from 'vitest';
import { GatewayConfig } from './schema.ts';

const file = `
issuer: { issuer: https://edgeway.local, audience: edgeway, jwks: { from: user-svc, path: /keys } }
limits:
  auth: { per: address, points: 30, onStoreFailure: local }
  user: { per: user, points: 600, onStoreFailure: local }
services: { user-svc: {}, order-svc: {} }
routes:`;
const read = (routes: string, before = file) => parseConfig('gateway.yaml', `${before}\n${routes}`, GatewayConfig, {});
function faultsOf(routes: string, before = file): string[] {
  try {
    read(routes, before);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('gateway.yaml', () => {
  it('as it ships is accepted, with its defaults', () => {
    const config = loadConfig({
      file: resolve(import.meta.dirname, '../../../../infra/config/gateway.yaml'),
      schema: GatewayConfig,
      env: {},
    });
    expect(config).toMatchObject({ via: '', trustedHops: 0, limits: { auth: { points: 30 }, user: { points: 600 } } });
  });

  it('names unknown services and limits, with the nearest that exists', () => {
    const routes =
      '  - { match: GET /a, to: orders-svc, limit: users }\n  - { match: GET /b, merge: { x: { from: usr-svc, path: /x } } }';
    expect(faultsOf(routes)).toEqual([
      'routes[0].to: unknown service "orders-svc" (did you mean "order-svc"?)',
      'routes[0].limit: unknown limit "users" (did you mean "user"?)',
      'routes[1].merge.x.from: unknown service "usr-svc" (did you mean "user-svc"?)',
    ]);
  });

  it('refuses routes that cannot be read, take the same requests, or contradict themselves', () => {
    const routes = `
  - { match: GET /a/:id, to: user-svc }
  - { match: 'GET /a/:name', to: order-svc }
  - { match: FETCH /b, to: user-svc }
  - { match: GET /c }
  - { match: POST /d, merge: { x: { from: user-svc, path: /x } } }
  - { match: GET /e, to: user-svc, access: public, scopes: [a], limit: user }`;
    expect(faultsOf(routes)).toEqual([
      'routes[3]: needs either `to` or `merge`',
      'routes[4].match: a merge must be a GET',
      'routes[5].scopes: a public route has no token to carry scopes',
      'routes[5].limit: a public route has no user to count',
      'routes[1].match: GET /a/:name is already taken by routes[0]',
      'routes[2].match: must be "METHOD /path", got "FETCH /b"',
    ]);
  });

  it('tells faults of fields and of names at once: nobody should mend a file one start at a time', () => {
    const before = file.replace('points: 30', 'points: thirty').replace('points: 600', 'points: 1.5');
    const faults = faultsOf('  - { match: GET /a, to: orders-svc, colour: red }', before);
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'limits.auth.points',
      'limits.user.points',
      'routes[0].colour',
      'routes[0].to',
    ]);
  });

  it('survives files of any shape', () => {
    for (const text of ['routes: 3', 'routes: [3, null]\nlimits: []', 'services: x\nissuer: []', '[]', '3'])
      expect(() => parseConfig('f', text, GatewayConfig, {})).toThrow(ConfigError);
  });
});
