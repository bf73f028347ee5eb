import type { AccessTokenVerifier, Identity } from '@edgeway/auth';
import { IdempotencyKey } from '@edgeway/contracts';
import { CodedError } from '@edgeway/errors';
import type { RateLimit } from '@edgeway/rate-limit';
import type { Logger } from '@edgeway/telemetry';
import type { ServiceClient } from '@edgeway/service-client';
import { Router, type RequestHandler } from 'express';
import type { GatewayConfig, RouteConfig } from '../config/schema.ts';
import { forward } from '../forwarding/forward.ts';
import { authenticate, callerOf, requireScopes } from '../identity/authenticate.ts';
import { limit } from '../limits/limit.ts';
import { merge } from '../merging/merge.ts';
import { routeTable } from './route-table.ts';

export interface GatewayParts {
  readonly verifier: AccessTokenVerifier;
  readonly checkSession: (identity: Identity) => Promise<void>;
  readonly limits: ReadonlyMap<string, RateLimit>;
  readonly upstreamOf: (service: string) => ServiceClient;
  readonly mint: (identity: Identity) => Promise<string>;
  readonly log: Logger;
}

/** Every declared route with its chain of handlers: who, whether still, may they, how often, where to. */
export function gatewayRoutes(config: GatewayConfig, parts: GatewayParts): RequestHandler {
  const match = routeTable(
    config.routes.map((route) => ({ match: route.match, handler: chain(route, config, parts) })),
  );
  return (request, response, next) => {
    const found = match(request.method, request.originalUrl.split('?', 1)[0]!);
    if (found.outcome === 'options') return void response.status(204).set('allow', found.allow).end();
    found.route.handler(request, response, next);
  };
}

function chain(route: RouteConfig, config: GatewayConfig, parts: GatewayParts): Router {
  const router = Router();
  if (route.access !== 'public')
    router.use(authenticate(parts.verifier), sessionHolds(parts.checkSession), requireScopes(route.scopes));
  if (route.limit !== undefined) router.use(limit(parts.limits.get(route.limit)!, config.limits[route.limit]!.per));
  if (route.idempotencyKey === 'required') router.use(requireIdempotencyKey);
  const options = { mint: parts.mint, maxBodyBytes: config.maxBodyBytes };
  router.use(
    route.merge === undefined
      ? forward(parts.upstreamOf(route.to!), options)
      : merge(route.merge, parts.upstreamOf, parts.log, options),
  );
  return router;
}

function sessionHolds(check: GatewayParts['checkSession']): RequestHandler {
  return async (_request, response, next) => {
    await check(callerOf(response)!);
    next();
  };
}

/** Refused here, so that a service never sees a write it could not recognise when it is repeated. */
const requireIdempotencyKey: RequestHandler = (request, _response, next) => {
  const key = request.get('idempotency-key');
  if (key === undefined || key === '') throw new CodedError('IDEMPOTENCY_KEY_MISSING');
  if (!IdempotencyKey.safeParse(key).success)
    throw new CodedError('IDEMPOTENCY_KEY_INVALID', { detail: 'It must be 1 to 255 visible ASCII characters.' });
  next();
};
