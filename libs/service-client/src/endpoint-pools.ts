import { Pool } from 'undici';

/** Under the 65 s after which a service closes an idle connection, so that it never closes under a request. */
const keepAliveMs = 30_000;
/** A replica that has just died answers nothing at all. Finding out has to leave time for another within a caller's 800 ms. */
const connectTimeoutMs = 300;
const maxConnections = 128;

/** One pool of kept-alive connections an endpoint. */
export interface EndpointPools {
  of(address: string): Pool;
  /** Lets go of every endpoint that is not in `addresses`, once its requests are done. */
  retain(addresses: ReadonlySet<string>): void;
  close(): Promise<void>;
}

export function endpointPools(timeoutMs: number): EndpointPools {
  const pools = new Map<string, Pool>();
  return {
    of(address) {
      const known = pools.get(address);
      if (known !== undefined) return known;
      const pool = new Pool(`http://${address}`, {
        connections: maxConnections,
        pipelining: 1,
        connectTimeout: connectTimeoutMs,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        keepAliveTimeout: keepAliveMs,
        keepAliveMaxTimeout: keepAliveMs,
      });
      pools.set(address, pool);
      return pool;
    },
    retain(addresses) {
      for (const [address, pool] of pools) {
        if (addresses.has(address)) continue;
        pools.delete(address);
        // It is leaving: whatever its last connections do is no one's failure.
        pool.close().catch(() => undefined);
      }
    },
    close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.destroy()))),
  };
}
