import { ListQuery } from '@edgeway/contracts';
import { CodedError } from '@edgeway/errors';
import { parseQuery } from '@edgeway/service-kit/http';
import { Router } from 'express';
import { z } from 'zod';
import type { RouteParts } from './route-parts.ts';

/** The catalogue is the same for everyone and may be a little old (RFC 9111); an order checks the real stock. */
const cacheControl = 'public, max-age=5';

export function productRoutes({ catalogue }: Pick<RouteParts, 'catalogue'>): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const { limit, cursor } = parseQuery(ListQuery, request);
    response.set('cache-control', cacheControl).json(await catalogue.list(limit, cursor));
  });
  router.get('/:id', async (request, response) => {
    const id = z.uuid().safeParse(request.params.id);
    const product = id.success ? await catalogue.byId(id.data) : undefined;
    if (product === undefined) throw new CodedError('PRODUCT_NOT_FOUND');
    response.set('cache-control', cacheControl).json(product);
  });
  return router;
}
