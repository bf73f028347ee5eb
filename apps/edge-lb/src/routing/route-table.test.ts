import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RouteConfig } from '../config/route.ts';
import type { RequestView } from './request-view.ts';
import { rewritten } from './route.ts';
import { routeTable } from './route-table.ts';

const view = (path: string, more: Partial<RequestView> & { headers?: Record<string, string> } = {}): RequestView => ({
  method: 'GET',
  path,
  target: path,
  host: undefined,
  peer: '127.0.0.1',
  header: (name) => more.headers?.[name],
  ...more,
});
/** A table whose routes answer with their own name. */
const named = (routes: Record<string, object>, random = () => 0) => {
  const configs = Object.entries(routes).map(([name, route]) =>
    RouteConfig.parse({ ...('redirect' in route ? {} : { respond: { body: name } }), ...route }),
  );
  const route = routeTable(configs, { pools: new Map(), random });
  return (request: RequestView) => {
    const action = route(request);
    return action?.kind === 'respond' ? action.body : undefined;
  };
};
const table = (...paths: string[]) => {
  const route = named(Object.fromEntries(paths.map((path) => [path, { path }])));
  return (path: string) => route(view(path));
};

describe('routeTable', () => {
  it.each([
    ['/api', '/api'],
    ['/api/', '/api'],
    ['/api/x', '/api'],
    ['/api/v1', '/api/v1'],
    ['/api/v1/x', '/api/v1'],
    ['/api/v10', '/api'],
    ['/apiary', '/'],
    ['/', '/'],
    ['//api', '/'],
  ])('takes %s to %s: the longest prefix of whole segments', (path, route) => {
    expect(table('/', '/api', '/api/v1')(path)).toBe(route);
  });

  it('takes a path nobody routed to nothing', () => {
    expect(table('/api')('/')).toBeUndefined();
    expect(table('/api')('/apiary')).toBeUndefined();
  });

  it('does not depend on the order of the file, and sees no difference in a slash at the end', () => {
    const segment = fc.constantFrom('a', 'b', 'aa');
    const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 8 }), path, (routes, asked) => {
        const expected = table(...routes)(asked);
        expect(table(...routes.toReversed())(asked)).toBe(expected);
        expect(table(...routes.map((route) => `${route}/`.replace('//', '/')))(asked)).toBe(
          expected && `${expected}/`.replace('//', '/'),
        );
      }),
    );
  });

  const api = named({
    any: {},
    get: { methods: ['GET'], path: '/m' },
    all: { path: '/m' },
    canary: { path: '/m', methods: ['GET'], headers: { 'X-Canary': 'yes' } },
    below: { host: '*.shop.test' },
    deeper: { host: '*.eu.shop.test' },
    exact: { host: 'A.shop.test' },
    longest: { host: 'a.shop.test', path: '/long' },
  });

  it.each([
    ['any', view('/')],
    ['get', view('/m')],
    ['all', view('/m', { method: 'POST' })],
    ['canary', view('/m', { headers: { 'x-canary': 'yes' } })],
    ['get', view('/m', { headers: { 'x-canary': 'no' } })],
    ['below', view('/m', { host: 'b.shop.test:8080' })],
    ['any', view('/', { host: 'shop.test' })],
    ['any', view('/', { host: 'evilshop.test' })],
    ['deeper', view('/', { host: 'x.EU.shop.test' })],
    ['exact', view('/m', { host: 'a.SHOP.test' })],
    ['longest', view('/long/x', { host: 'a.shop.test' })],
  ])('takes the most specific route: %s', (name, request) => {
    expect(api(request)).toBe(name);
  });

  it('splits by weight', () => {
    const draws = [0, 0.89, 0.9, 0.999];
    const pools = new Map(['stable', 'canary', 'off'].map((name) => [name, { name } as never]));
    const config = RouteConfig.parse({
      split: [
        { pool: 'stable', weight: 90 },
        { pool: 'off', weight: 0 },
        { pool: 'canary', weight: 10 },
      ],
    });
    const route = routeTable([config], { pools, random: () => draws.shift()! });
    const drawn = [1, 2, 3, 4].map(() => route(view('/')) as { pool: { name: string } }).map(({ pool }) => pool.name);
    expect(drawn).toEqual(['stable', 'stable', 'canary', 'canary']);
  });

  it('redirects with the path and query that were asked for', () => {
    const config = RouteConfig.parse({ redirect: { to: 'https://new.test{path}' } });
    const route = routeTable([config], { pools: new Map(), random: () => 0 });
    const request = view('/a', { target: '/a?b=$&' });
    expect(route(request)).toEqual({ kind: 'redirect', status: 308, location: 'https://new.test/a?b=$&' });
  });
});

describe('rewritten', () => {
  it.each([
    ['/api/v1/x?y=/api', '/api', '/v2', '/v2/v1/x?y=/api'],
    ['/api', '/api', '', '/'],
    ['/api?x', '/api', '', '/?x'],
    ['/x', '', '/pre', '/pre/x'],
  ])('%s: %s becomes %s', (target, from, to, expected) => {
    expect(rewritten(target, { from, to })).toBe(expected);
  });
});
