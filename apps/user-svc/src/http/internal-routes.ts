import { internalIdentity } from '@edgeway/service-kit/http';
import { Router } from 'express';
import { z } from 'zod';
import type { RouteParts } from './route-parts.ts';

/** For the gateway alone: its route table has no way here, and each request needs an internal identity. */
export function internalRoutes({ sessions, verifier }: Pick<RouteParts, 'sessions' | 'verifier'>): Router {
  const router = Router();
  router.use(internalIdentity(verifier));
  router.get('/sessions/:id', async (request, response) => {
    const id = z.uuid().safeParse(request.params.id);
    response.set('cache-control', 'no-store').json({ active: id.success && (await sessions.isActive(id.data)) });
  });
  return router;
}
