import type { Endpoint } from '../endpoint.ts';

/** Whether weights need no thought in this list, as in most pools. O(n): ask once a list, see `perList`. */
export const equalWeights = (endpoints: readonly Endpoint[]): boolean =>
  endpoints.every(({ weight }) => weight === endpoints[0]!.weight);
