import { createAccessTokenVerifier, createRevocationList, readJwk } from '@edgeway/auth';
import { connectRedis } from '@edgeway/datastore';
import { createRateLimit } from '@edgeway/rate-limit';
import type { ServiceContext } from '@edgeway/service-kit';
import { startHttpService, type RunningHttp } from '@edgeway/service-kit/http';
import type { GatewayConfig } from './config/schema.ts';
import { remoteKeys } from './identity/remote-keys.ts';
import { internalTokens } from './identity/internal-tokens.ts';
import { redisMemory } from './identity/redis-memory.ts';
import { sessionCheck } from './identity/session-check.ts';
import { gatewayRoutes } from './routing/gateway-routes.ts';
import { connectUpstreams } from './forwarding/upstreams.ts';

/** Composes the gateway's flow from its file, and listens. */
export async function startGateway(context: ServiceContext, config: GatewayConfig): Promise<RunningHttp> {
  const { env, log, discovery } = context;
  const mint = internalTokens(readJwk(env, 'INTERNAL_PRIVATE_KEY', 'private'));
  const redis = connectRedis({ discovery, env, log });
  const upstreams = connectUpstreams(config, discovery, log);
  const { issuer, audience, jwks } = config.issuer;
  const verifier = createAccessTokenVerifier({
    issuer,
    audience,
    keys: remoteKeys(upstreams.of(jwks.from), jwks.path),
  });
  const limits = new Map(
    Object.entries(config.limits).map(([name, policy]) => [name, createRateLimit(redis, { ...policy, name })]),
  );
  const checkSession = sessionCheck({
    revocations: createRevocationList(redis),
    remembers: redisMemory(redis),
    users: upstreams.of(jwks.from),
    mint,
  });
  return startHttpService(context, {
    port: 3000,
    trustedHops: config.trustedHops,
    trustRequestId: config.trustedHops > 0,
    // Redis is not asked: without it the gateway still serves, as the limits' policies say.
    readiness: {
      discovery: async () => (upstreams.ready ? undefined : Promise.reject(new Error('no service known yet'))),
    },
    routes: gatewayRoutes(config, { verifier, checkSession, limits, upstreamOf: upstreams.of, mint, log }),
    close: async () => {
      redis.disconnect();
      await upstreams.close();
    },
  });
}
