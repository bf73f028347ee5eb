import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeTable } from './route.ts';

const table = (...paths: string[]) => routeTable(paths.map((path) => ({ path, target: path })));

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
});
