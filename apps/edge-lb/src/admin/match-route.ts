import { CodedError } from '@edgeway/errors';

export interface Route {
  readonly method: 'GET' | 'PATCH' | 'POST';
  /** Absolute; `{name}` is one segment. */
  readonly path: string;
}

export interface Matched<R extends Route> {
  readonly route: R;
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/**
 * HEAD is routed as GET.
 *
 * @throws CodedError ROUTE_NOT_FOUND, METHOD_NOT_ALLOWED, or PATH_INVALID for one that cannot be decoded.
 */
export function matchRoute<R extends Route>(routes: readonly R[], method: string, path: string): Matched<R> {
  const here = routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = here.find(({ route }) => route.method === wanted);
  if (found !== undefined) return found;
  if (here.length === 0) throw new CodedError('ROUTE_NOT_FOUND');
  const allow = here.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method])).join(', ');
  throw new CodedError('METHOD_NOT_ALLOWED', { headers: { allow } });
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, segment] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined && segment !== given[i]) return undefined;
    if (name !== undefined) params[name] = decoded(given[i]!);
  }
  return params;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new CodedError('PATH_INVALID', { cause: error });
  }
}
