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
