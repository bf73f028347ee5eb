import { Router } from 'express';
import { orderRoutes } from './order-routes.ts';
import { productRoutes } from './product-routes.ts';
import type { RouteParts } from './route-parts.ts';

export function routes(parts: RouteParts): Router {
  const router = Router({ caseSensitive: true });
  router.use('/api/v1/products', productRoutes(parts));
  router.use('/api/v1/orders', orderRoutes(parts));
  return router;
}
