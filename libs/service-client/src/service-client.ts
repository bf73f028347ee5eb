import type { Readable } from 'node:stream';
import { createPool, roundRobin, type Endpoint, type Lease } from '@edgeway/balancing';
import type { Discovery } from '@edgeway/discovery';
import { CodedError } from '@edgeway/errors';
import type { Logger } from '@edgeway/telemetry';
import { endpointPools } from './endpoint-pools.ts';
import { codedFailure, isRepeatable, isUnreached } from './failure.ts';
import { endToEnd, type Fields } from './headers.ts';

export interface ServiceClientOptions {
  readonly service: string;
  readonly port: number;
  readonly discovery: Discovery;
  readonly log: Logger;
  /** Until an answer begins, and between two parts of it. Default 5000 ms. */
  readonly timeoutMs?: number;
  /** How often a safe request may be tried in all. Default 3. */
  readonly attempts?: number;
}

export interface ServiceRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: Readonly<Fields>;
  readonly body?: Readable | undefined;
  /** Aborts the call: the caller has gone, or its deadline has passed. */
  readonly signal?: AbortSignal | undefined;
}

export interface ServiceAnswer {
  readonly status: number;
  /** Without the fields of the connection it came on. */
  readonly headers: Fields;
  readonly body: Readable;
}

export interface ServiceClient {
  readonly service: string;
  /**
   * Sends a request to one of the service's replicas. A safe one (RFC 9110, 9.2.1) without a body is
   * sent again elsewhere when its endpoint was not there or died before it answered; any other is
   * not: it may have been acted upon.
   *
   * @throws CodedError UPSTREAM_UNAVAILABLE (503), UPSTREAM_FAILED (502), UPSTREAM_TIMEOUT (504); the
   *   signal's reason when that aborts.
   */
  request(request: ServiceRequest): Promise<ServiceAnswer>;
  /** Whether any replica is known. */
  readonly ready: boolean;
  close(): Promise<void>;
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
/** How long an endpoint that was not there is passed over, unless all were. */
const shunMs = 1000;

/** A client of a service by its name: follows its replicas, spreads over them, keeps connections. */
export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const { service, port, discovery, log, timeoutMs = 5000, attempts = 3 } = options;
  const pool = createPool({ strategy: roundRobin() });
  const connections = endpointPools(timeoutMs);
  const watch = discovery.watch({ service, port }, (addresses) => {
    const members = addresses.map((address) => ({ address: `${address.host}:${address.port}` }));
    pool.setMembers(members);
    connections.retain(new Set(members.map(({ address }) => address)));
  });

  const shun = (endpoint: Endpoint): void => {
    endpoint.available = false;
    setTimeout(() => (endpoint.available = true), shunMs).unref();
  };
  const acquire = (tried: ReadonlySet<Endpoint>): Lease | undefined => {
    const lease = pool.acquire({}, tried);
    if (lease !== undefined || tried.size > 0) return lease;
    // All are shunned: better to try one than to fail for certain.
    for (const endpoint of pool.endpoints) endpoint.available = true;
    return pool.acquire();
  };
  const send = async (
    lease: Lease,
    { method, path, headers, body, signal }: ServiceRequest,
  ): Promise<ServiceAnswer> => {
    try {
      const answer = await connections
        .of(lease.endpoint.address)
        .request({ method, path, headers: { ...headers }, body: body ?? null, signal: signal ?? null });
      answer.body.once('close', () => lease.release());
      // Whoever lets go of a body early has no use for its error; readers still get it through their stream.
      answer.body.on('error', () => undefined);
      return { status: answer.statusCode, headers: endToEnd(answer.headers), body: answer.body };
    } catch (error) {
      lease.release();
      throw error;
    }
  };
  return {
    service,
    get ready() {
      return pool.endpoints.length > 0;
    },
    async request(request) {
      const repeatable = safeMethods.has(request.method) && request.body === undefined;
      const tried = new Set<Endpoint>();
      for (let attempt = 1; ; attempt++) {
        const lease = acquire(tried);
        if (lease === undefined)
          throw new CodedError('UPSTREAM_UNAVAILABLE', { detail: `${service} has no replica to ask.` });
        try {
          return await send(lease, request);
        } catch (error) {
          if (isUnreached(error)) shun(lease.endpoint);
          tried.add(lease.endpoint);
          const elsewhere = pool.endpoints.some((endpoint) => !tried.has(endpoint));
          // With one endpoint left, a connection that merely closed under the request is worth another.
          if (!elsewhere && !isUnreached(error)) tried.clear();
          const again =
            repeatable &&
            attempt < attempts &&
            isRepeatable(error) &&
            request.signal?.aborted !== true &&
            (elsewhere || tried.size === 0);
          if (!again) throw codedFailure(error, service, request.signal);
          log.info({ service, endpoint: lease.endpoint.address, err: error }, 'retrying elsewhere');
        }
      }
    },
    async close() {
      watch.close();
      await connections.close();
    },
  };
}
