import type { Endpoint } from '../endpoint.ts';

/** How busy an endpoint is; lower is better. Any distributor can be driven by any load metric. */
export type Load = (endpoint: Endpoint) => number;

/** Work in flight per unit of weight, counting the request to come: an idle heavy endpoint beats an idle light one. */
export const inFlightPerWeight: Load = (endpoint) => (endpoint.inFlight + 1) / endpoint.weight;
