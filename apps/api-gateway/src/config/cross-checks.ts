import { entriesOf, fieldOf, isObject, itemsOf, unknownName, type Faults } from '@edgeway/config';
import { parsePattern } from '../routing/pattern.ts';

/** A file as it may look while other things in it are still wrong: nothing here can be relied on. */
interface Draft {
  readonly issuer?: unknown;
  readonly limits?: unknown;
  readonly routes?: unknown;
  readonly services?: unknown;
}

type Report = (path: PropertyKey[], message: string) => void;

/** What no field shows by itself: names that others use exist, routes are readable, different and consistent. */
export function crossChecks({ issuer, limits, routes, services }: Draft, faults: Faults): void {
  const report: Report = (path, message) => faults.addIssue({ code: 'custom', path, message });
  const known = (name: unknown, path: PropertyKey[]): void => {
    if (isObject(services) && typeof name === 'string' && !Object.hasOwn(services, name))
      report(path, unknownName('service', name, Object.keys(services)));
  };
  known(fieldOf(fieldOf(issuer, 'jwks'), 'from'), ['issuer', 'jwks', 'from']);
  itemsOf(routes).forEach((route, i) => {
    const at = ['routes', i];
    known(fieldOf(route, 'to'), [...at, 'to']);
    for (const [part, value] of entriesOf(fieldOf(route, 'merge')))
      known(fieldOf(value, 'from'), [...at, 'merge', part, 'from']);
    checkTarget(route, at, report);
    checkLimit(route, at, limits, report);
  });
  checkMatches(itemsOf(routes), report);
}

function checkTarget(route: unknown, at: PropertyKey[], report: Report): void {
  const merges = fieldOf(route, 'merge') !== undefined;
  if (isObject(route) && (fieldOf(route, 'to') === undefined) !== merges) report(at, 'needs either `to` or `merge`');
  const match = fieldOf(route, 'match');
  if (merges && typeof match === 'string' && !match.startsWith('GET '))
    report([...at, 'match'], 'a merge must be a GET');
  if (fieldOf(route, 'access') === 'public' && itemsOf(fieldOf(route, 'scopes')).length > 0)
    report([...at, 'scopes'], 'a public route has no token to carry scopes');
}

function checkLimit(route: unknown, at: PropertyKey[], limits: unknown, report: Report): void {
  const name = fieldOf(route, 'limit');
  if (typeof name !== 'string' || !isObject(limits)) return;
  if (!Object.hasOwn(limits, name)) return report([...at, 'limit'], unknownName('limit', name, Object.keys(limits)));
  if (fieldOf(route, 'access') === 'public' && fieldOf(limits[name], 'per') === 'user')
    report([...at, 'limit'], 'a public route has no user to count');
}

/** Two routes are the same when they take the same requests, whatever their parameters are called. */
function checkMatches(routes: readonly unknown[], report: Report): void {
  const taken = new Map<string, number>();
  routes.forEach((route, i) => {
    const match = fieldOf(route, 'match');
    if (typeof match !== 'string') return;
    const pattern = parsePattern(match);
    if (pattern === undefined) return report(['routes', i, 'match'], `must be "METHOD /path", got "${match}"`);
    const shape = [
      pattern.method,
      ...pattern.segments.map((segment) => (segment.startsWith(':') ? ':' : segment)),
    ].join('/');
    const earlier = taken.get(shape);
    if (earlier === undefined) taken.set(shape, i);
    else report(['routes', i, 'match'], `${match} is already taken by routes[${earlier}]`);
  });
}
