import { ListQuery, UpdateUser } from '@edgeway/contracts';
import { identityOf, internalIdentity, jsonBody, parseQuery, requireScope } from '@edgeway/service-kit/http';
import { Router } from 'express';
import type { RouteParts } from './route-parts.ts';

export function userRoutes({ accounts, verifier }: Pick<RouteParts, 'accounts' | 'verifier'>): Router {
  const router = Router();
  router.use(internalIdentity(verifier));
  router.get('/me', requireScope('profile:read'), async (_request, response) => {
    response.json(await accounts.get(identityOf(response).userId));
  });
  router.patch('/me', requireScope('profile:write'), jsonBody(UpdateUser), async (request, response) => {
    response.json(await accounts.rename(identityOf(response).userId, request.body.displayName));
  });
  router.get('/', requireScope('users:read'), async (request, response) => {
    const { limit, cursor } = parseQuery(ListQuery, request);
    response.json(await accounts.list(limit, cursor));
  });
  return router;
}
