import type { UpstreamPool } from '../pools/upstream-pool.ts';
import type { RequestView } from './request-view.ts';

export interface RelayAction {
  readonly kind: 'relay';
  readonly pool: UpstreamPool;
  /** Replaces the route's own prefix. */
  readonly rewrite?: { readonly from: string; readonly to: string } | undefined;
  /** Gets a copy of each request without a body; its answers are thrown away. */
  readonly mirror?: UpstreamPool | undefined;
}

/** What is done with a request. */
export type Action =
  | RelayAction
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  | { readonly kind: 'respond'; readonly status: number; readonly contentType: string; readonly body: string };

export type Router = (request: RequestView) => Action | undefined;

/** The target that goes upstream when a prefix is rewritten. */
export function rewritten(target: string, { from, to }: { readonly from: string; readonly to: string }): string {
  const rest = target.slice(from.length);
  return `${to}${rest}`.replace(/^(?!\/)/, '/');
}
