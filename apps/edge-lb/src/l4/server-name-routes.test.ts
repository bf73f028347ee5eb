import { describe, expect, it } from 'vitest';
import { serverNameRoutes } from './server-name-routes.ts';

const names = ['a.example.org', '*.example.org', '*.b.example.org', 'constructor'];
const routes = (...patterns: string[]) => serverNameRoutes(Object.fromEntries(patterns.map((name) => [name, name])));

describe('serverNameRoutes', () => {
  it.each([
    ['a.example.org', 'a.example.org'],
    ['x.example.org', '*.example.org'],
    ['x.y.example.org', '*.example.org'],
    ['x.b.example.org', '*.b.example.org'],
    ['b.example.org', '*.example.org'],
    ['example.org', undefined],
    ['xexample.org', undefined],
    ['__proto__', undefined],
    ['constructor', 'constructor'],
    [undefined, undefined],
  ])('takes %s to %s: the name, else the longest wildcard', (name, target) => {
    expect(routes(...names)(name)).toBe(target);
    expect(routes(...names.toReversed())(name)).toBe(target);
    expect(routes(...names, '*')(name)).toBe(target ?? '*');
  });

  it('knows no upper case', () => {
    expect(routes('*.Example.ORG')('a.example.org')).toBe('*.Example.ORG');
  });

  it.each(['', 'a.*', '*a.org', 'a..b', '.a', '**', '*.', 'a b', 'a:443'])('refuses %j', (pattern) => {
    expect(() => routes(pattern)).toThrow(RangeError);
  });
});
