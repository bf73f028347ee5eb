/** One request, as metrics and the access log see it. */
export interface Answered {
  readonly method: string;
  readonly path: string;
  /** 0 when the client left before there was one. */
  readonly status: number;
  readonly ms: number;
  readonly requestId: string;
  readonly peer: string;
  readonly pool: string | undefined;
  readonly endpoint: string | undefined;
  readonly attempts: number;
}
