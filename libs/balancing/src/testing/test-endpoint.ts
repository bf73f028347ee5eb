import type { Endpoint } from '../endpoint.ts';

/** An endpoint as a pool would make it: idle, of weight 1, available, unless told otherwise. */
export const testEndpoint = (address: string, given: Partial<Omit<Endpoint, 'address'>> = {}): Endpoint => ({
  address,
  weight: 1,
  inFlight: 0,
  available: true,
  ...given,
});
