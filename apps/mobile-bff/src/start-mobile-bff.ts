import { createInternalTokenVerifier, readJwk } from '@edgeway/auth';
import type { ServiceContext } from '@edgeway/service-kit';
import { startHttpService, type RunningHttp } from '@edgeway/service-kit/http';
import { createServiceClient } from '@edgeway/service-client';
import { homeRoutes } from './http/home-routes.ts';

/** Under the gateway's patience, so that a partial screen still arrives. */
const deadlineMs = 800;
const port = 3000;

/** `BFF_VIA` names the balancer in front of the services; empty: straight to them. */
export async function startMobileBff(context: ServiceContext): Promise<RunningHttp> {
  const { env, log, discovery } = context;
  const verifier = createInternalTokenVerifier({ publicJwk: readJwk(env, 'INTERNAL_PUBLIC_KEY', 'public') });
  const via = env['BFF_VIA'] ?? '';
  const users = createServiceClient({ service: via || 'user-svc', port, discovery, log, timeoutMs: deadlineMs });
  const orders = createServiceClient({ service: via || 'order-svc', port, discovery, log, timeoutMs: deadlineMs });
  return startHttpService(context, {
    port,
    routes: homeRoutes({ verifier, log, users, orders, deadlineMs }),
    close: async () => void (await Promise.all([users.close(), orders.close()])),
  });
}
