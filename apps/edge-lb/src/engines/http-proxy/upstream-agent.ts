import { Agent, type ClientRequest } from 'node:http';

declare module 'node:http' {
  interface Agent {
    /** Called by ClientRequest's constructor, after its fields are set and before they are written. */
    addRequest(request: ClientRequest, options: object): void;
  }
}

/** Carries the path as it came through http-proxy, which would collapse `//` in it. Never leaves the process. */
export const rawPathField = 'x-edgeway-raw-path';

const maxConnectionsPerEndpoint = 1024;
const maxIdlePerEndpoint = 256;
/**
 * Shorter than the services keep theirs (65 s), so that it is this side that closes: a request sent
 * on a connection the other side is closing is lost. An endpoint that announces less
 * (`Keep-Alive: timeout=5`) is believed, but only by an agent that has a timeout of its own.
 */
const idleMs = 55_000;

/** Kept-alive connections to endpoints, and a hold on the requests http-proxy makes but does not hand out. */
export class UpstreamAgent extends Agent {
  /** The request made last. http-proxy makes it synchronously, so right after `web()` it is that call's. */
  latest: ClientRequest | undefined;

  constructor() {
    super({
      keepAlive: true,
      maxSockets: maxConnectionsPerEndpoint,
      maxFreeSockets: maxIdlePerEndpoint,
      scheduling: 'lifo',
      timeout: idleMs,
    });
  }

  override addRequest(request: ClientRequest, options: object): void {
    const path = request.getHeader(rawPathField);
    if (typeof path === 'string') request.path = path;
    request.removeHeader(rawPathField);
    this.latest = request;
    super.addRequest(request, options);
  }
}
