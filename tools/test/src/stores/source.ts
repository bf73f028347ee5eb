/** A store that runs. */
export interface Server {
  readonly host: string;
  readonly port: number;
  /** Empty when none is asked for. */
  readonly password: string;
  stop(): Promise<void>;
}

/** Where stores for tests come from. Both kinds are the real thing: PostgreSQL, and a server of the Redis protocol. */
export interface StoreSource {
  readonly kind: 'containers' | 'embedded';
  postgres(): Promise<Server>;
  redis(): Promise<Server>;
}
