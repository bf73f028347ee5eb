import type { RouteConfig } from '../config/schema.ts';
import type { UpstreamPool } from '../pools/upstream-pool.ts';
import type { RequestView } from './request-view.ts';
import type { Action, Router } from './route.ts';

interface Entry {
  readonly config: RouteConfig;
  readonly prefix: string;
  readonly action: (request: RequestView) => Action;
}

export interface RouteTableDeps {
  readonly pools: ReadonlyMap<string, UpstreamPool>;
  /** Uniform in [0, 1): draws the pool of a split. */
  readonly random: () => number;
}

/**
 * Finds what is done with a request. Of the routes that match, the most specific wins: by host (exact,
 * then below, then any), then the longest path, then by method, then by the number of headers; last by
 * their order (as the Kubernetes Gateway API has it).
 */
export function routeTable(routes: readonly RouteConfig[], deps: RouteTableDeps): Router {
  const entries = routes
    .map((config): Entry => ({ config, prefix: config.path.replace(/\/$/, ''), action: actionOf(config, deps) }))
    .toSorted(
      (a, b) =>
        hostRank(b) - hostRank(a) ||
        (b.config.host?.length ?? 0) - (a.config.host?.length ?? 0) ||
        b.prefix.length - a.prefix.length ||
        Number(b.config.methods !== undefined) - Number(a.config.methods !== undefined) ||
        headerCount(b) - headerCount(a),
    );
  return (request) => entries.find((entry) => matches(entry, request))?.action(request);
}

const hostRank = ({ config: { host } }: Entry): number => (host === undefined ? 0 : host.startsWith('*.') ? 1 : 2);
const headerCount = ({ config: { headers = {} } }: Entry): number => Object.keys(headers).length;

function matches({ config: { host, methods, headers }, prefix }: Entry, request: RequestView): boolean {
  const { path } = request;
  // By whole segments: `/api` takes `/api/x`, not `/apiary`.
  if (!path.startsWith(prefix) || (path.length !== prefix.length && path[prefix.length] !== '/')) return false;
  if (host !== undefined && !hostMatches(host, request.host)) return false;
  if (methods !== undefined && !methods.includes(request.method)) return false;
  if (headers === undefined) return true;
  return Object.entries(headers).every(([name, value]) => request.header(name) === value);
}

function hostMatches(host: string, authority: string | undefined): boolean {
  const asked = authority?.toLowerCase().replace(/:\d*$/, '');
  return host.startsWith('*.') ? asked?.endsWith(host.slice(1)) === true : asked === host;
}

function actionOf(config: RouteConfig, { pools, random }: RouteTableDeps): Entry['action'] {
  const { path, pool, split, redirect, respond, rewrite, mirror } = config;
  const relay = (name: string): Action => ({
    kind: 'relay',
    pool: pools.get(name)!,
    rewrite: rewrite === undefined ? undefined : { from: path.replace(/\/$/, ''), to: rewrite.replace(/\/$/, '') },
    mirror: mirror === undefined ? undefined : pools.get(mirror)!,
  });
  if (pool !== undefined) {
    const action = relay(pool);
    return () => action;
  }
  if (split !== undefined)
    return splitAction(
      split.map(({ pool, weight }) => ({ action: relay(pool), weight })),
      random,
    );
  if (redirect !== undefined) {
    const { to, status } = redirect;
    return ({ target }) => ({ kind: 'redirect', status, location: to.replaceAll('{path}', () => target) });
  }
  const action: Action = { kind: 'respond', ...respond! };
  return () => action;
}

function splitAction(
  parts: readonly { readonly action: Action; readonly weight: number }[],
  random: () => number,
): Entry['action'] {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let left = random() * total;
    return (parts.find(({ weight }) => (left -= weight) < 0) ?? parts.at(-1)!).action;
  };
}
