/** Where something listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A service by the name docker-compose.yml gives it, and the port it listens on inside its container. */
export interface Target {
  readonly service: string;
  readonly port: number;
}

export interface Watch {
  close(): void;
}

/** Turns a service's name into the addresses of its replicas, and follows them as they come and go. */
export interface Discovery {
  /**
   * Calls `onChange` with the first answer soon, then whenever the set of addresses differs.
   * A lookup that fails keeps the last answer: a resolver's bad minute must not empty a pool.
   */
  watch(target: Target, onChange: (addresses: readonly Address[]) => void): Watch;
  /** One address for clients that connect by themselves (PostgreSQL, Redis). Ask again at each connect. */
  locate(target: Target): Address;
}

/** A fixed answer, for tests and for addresses written in a config file. */
export function staticDiscovery(services: Readonly<Record<string, readonly Address[]>>): Discovery {
  return {
    watch({ service }, onChange) {
      let open = true;
      queueMicrotask(() => open && onChange(services[service] ?? []));
      return { close: () => void (open = false) };
    },
    locate: ({ service, port }) => services[service]?.[0] ?? { host: service, port },
  };
}
