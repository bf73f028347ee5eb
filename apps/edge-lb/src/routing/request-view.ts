/** What a route, an affinity key or a sticky cookie may ask of a request. */
export interface RequestView {
  readonly method: string;
  /** As it came, without the query. */
  readonly path: string;
  /** With the query. */
  readonly target: string;
  /** The authority, also when it came in the target; in any case and maybe with a port. */
  readonly host: string | undefined;
  /** The client's address. */
  readonly peer: string;
  /** The first line of a field, by its lower-case name. */
  header(name: string): string | undefined;
}
