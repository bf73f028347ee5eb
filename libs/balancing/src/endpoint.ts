/** One address that can answer, as a strategy sees it. Mutable state lives here and nowhere else. */
export interface Endpoint {
  /** `host:port`; identity within a pool. */
  readonly address: string;
  /** Share of traffic relative to its peers; > 0. */
  weight: number;
  /** Requests (L7) or connections (L4) leased and not yet released. */
  inFlight: number;
  /** Whether it may be picked: probed health and observed failures, already folded into one answer. */
  available: boolean;
}
