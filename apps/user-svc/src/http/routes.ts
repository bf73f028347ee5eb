import { Router } from 'express';
import { authRoutes } from './auth-routes.ts';
import { internalRoutes } from './internal-routes.ts';
import { userRoutes } from './user-routes.ts';
import type { RouteParts } from './route-parts.ts';

export function routes(parts: RouteParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use('/api/v1/auth', authRoutes(parts));
  router.use('/api/v1/users', userRoutes(parts));
  router.use('/internal', internalRoutes(parts));
  router.get('/.well-known/jwks.json', (_request, response) => {
    response
      .set('cache-control', 'public, max-age=300')
      .type('application/jwk-set+json')
      .send(JSON.stringify(parts.tokens.jwks()));
  });
  return router;
}
