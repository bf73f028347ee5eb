import type { IdentityVerifier } from '@edgeway/service-kit/http';
import type { Orders } from '../domain/orders.ts';
import type { CatalogueStore } from '../store/catalogue-store.ts';

/** What the routes stand on. */
export interface RouteParts {
  readonly catalogue: CatalogueStore;
  readonly orders: Orders;
  readonly verifier: IdentityVerifier;
}
