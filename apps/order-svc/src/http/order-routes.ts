import { IdempotencyKey, ListQuery, PlaceOrder } from '@edgeway/contracts';
import { CodedError } from '@edgeway/errors';
import { identityOf, internalIdentity, jsonBody, parseQuery, requireScope } from '@edgeway/service-kit/http';
import { Router, type Request } from 'express';
import { z } from 'zod';
import type { RouteParts } from './route-parts.ts';

/** Orders belong to one user: every route asks as that user, and nothing here is cached. */
export function orderRoutes({ orders, verifier }: Pick<RouteParts, 'orders' | 'verifier'>): Router {
  const router = Router();
  router.use(internalIdentity(verifier), (_request, response, next) => {
    response.set('cache-control', 'no-store');
    next();
  });
  router.post('/', requireScope('orders:write'), jsonBody(PlaceOrder), async (request, response) => {
    const order = await orders.place(identityOf(response).userId, idempotencyKeyOf(request), request.body);
    response.status(201).location(`/api/v1/orders/${order.id}`).json(order);
  });
  router.get('/', requireScope('orders:read'), async (request, response) => {
    const { limit, cursor } = parseQuery(ListQuery, request);
    response.json(await orders.list(identityOf(response).userId, limit, cursor));
  });
  router.get('/:id', requireScope('orders:read'), async (request, response) => {
    response.json(await orders.get(identityOf(response).userId, orderIdOf(request)));
  });
  router.post('/:id/cancel', requireScope('orders:write'), async (request, response) => {
    response.json(await orders.cancel(identityOf(response).userId, orderIdOf(request)));
  });
  return router;
}

/** The key is required: a client that lost our answer must be able to ask again without buying twice. */
function idempotencyKeyOf(request: Request): string {
  const key = request.get('idempotency-key');
  if (key === undefined || key === '') throw new CodedError('IDEMPOTENCY_KEY_MISSING');
  const checked = IdempotencyKey.safeParse(key);
  if (!checked.success)
    throw new CodedError('IDEMPOTENCY_KEY_INVALID', { detail: 'It must be 1 to 255 visible ASCII characters.' });
  return checked.data;
}

function orderIdOf(request: Request): string {
  const id = z.uuid().safeParse(request.params['id']);
  if (!id.success) throw new CodedError('ORDER_NOT_FOUND');
  return id.data;
}
