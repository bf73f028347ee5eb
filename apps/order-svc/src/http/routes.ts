import type { IdentityVerifier } from '@edgeway/service-kit/http';
import { Router } from 'express';
import type { Orders } from '../domain/orders.ts';
import type { CatalogueStore } from '../store/catalogue-store.ts';
import { orderRoutes } from './order-routes.ts';
import { productRoutes } from './product-routes.ts';

export interface RouteParts {
  readonly catalogue: CatalogueStore;
  readonly orders: Orders;
  readonly verifier: IdentityVerifier;
}

export function routes(parts: RouteParts): Router {
  const router = Router({ caseSensitive: true });
  router.use('/api/v1/products', productRoutes(parts));
  router.use('/api/v1/orders', orderRoutes(parts));
  return router;
}
