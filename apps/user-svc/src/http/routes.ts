import type { AccessTokenIssuer } from '@edgeway/auth';
import type { IdentityVerifier } from '@edgeway/service-kit/http';
import { Router } from 'express';
import type { Accounts } from '../domain/accounts.ts';
import type { Sessions } from '../domain/sessions.ts';
import { authRoutes } from './auth-routes.ts';
import { internalRoutes } from './internal-routes.ts';
import { userRoutes } from './user-routes.ts';

export interface RouteParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: AccessTokenIssuer;
  readonly verifier: IdentityVerifier;
}

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
