import { CodedError } from '@edgeway/errors';
import { segmentsOf } from './path.ts';
import { parsePattern, type Pattern } from './pattern.ts';

/** What became of a request's method and path. */
export type Match<T> =
  | { readonly outcome: 'matched'; readonly route: T }
  | { readonly outcome: 'options'; readonly allow: string };

interface Entry<T> extends Pattern {
  readonly route: T;
}

/**
 * The declared routes and nothing else: what is not declared does not exist. Literal segments win
 * over parameters.
 *
 * @returns a function that throws CodedError PATH_INVALID (400), ROUTE_NOT_FOUND (404) or
 *   METHOD_NOT_ALLOWED (405, with Allow).
 */
export function routeTable<T extends { readonly match: string }>(
  routes: readonly T[],
): (method: string, path: string) => Match<T> {
  const entries: Entry<T>[] = routes
    .map((route) => ({ ...parsePattern(route.match)!, route }))
    .toSorted((a, b) => parameters(a) - parameters(b));
  return (method, path) => {
    const segments = segmentsOf(path);
    const here = entries.filter((entry) => fits(entry, segments));
    if (here.length === 0) throw new CodedError('ROUTE_NOT_FOUND');
    const wanted = method === 'HEAD' ? 'GET' : method;
    const entry = here.find((candidate) => candidate.method === wanted);
    if (entry !== undefined) return { outcome: 'matched', route: entry.route };
    const allow = allowed(here);
    if (method === 'OPTIONS') return { outcome: 'options', allow };
    throw new CodedError('METHOD_NOT_ALLOWED', { detail: `Allowed here: ${allow}.`, headers: { allow } });
  };
}

const parameters = ({ segments }: Pattern): number => segments.filter((segment) => segment.startsWith(':')).length;

function fits({ segments }: Pattern, path: readonly string[]): boolean {
  return (
    segments.length === path.length &&
    segments.every((segment, i) => (segment.startsWith(':') ? path[i] !== '' : segment === path[i]))
  );
}

/** RFC 9110, 10.2.1. HEAD comes with GET, OPTIONS with everything. */
function allowed(entries: readonly Pattern[]): string {
  const methods = new Set(entries.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])));
  return [...methods, 'OPTIONS'].join(', ');
}
