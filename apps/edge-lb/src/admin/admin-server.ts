import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '@edgeway/discovery';
import { isCoded } from '@edgeway/errors';
import type { Logger } from '@edgeway/telemetry';
import { refuseConnection, sendProblem } from '../http/own-answers.ts';
import { adminRoutes, type Answer } from './admin-routes.ts';
import { authorizer } from './authorize.ts';
import { eventStream } from './event-stream.ts';
import type { Managed } from './managed.ts';
import { matchRoute } from './match-route.ts';
import { processMetrics } from './process-metrics.ts';

export interface AdminServerOptions {
  readonly address: Address;
  /** What a change must show. `undefined`: nothing can be changed. */
  readonly token: string | undefined;
  readonly managed: Managed;
  readonly log: Logger;
  /** Sent as X-Served-By. */
  readonly instance: string;
}

export interface AdminServer {
  readonly address: Address;
  /** Ends the event streams, and settles when all else is answered, or soon after. */
  close(): Promise<void>;
}

const timeouts = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 };
/** How long answers in flight may take after {@link AdminServer.close}. */
const closeMs = 2000;

/**
 * The internal API: pools, listeners, health, metrics, events. For a port that is never published:
 * whoever reaches it may read, and with the token also change. It counts the events of `managed`
 * from the moment it is called, so call it before traffic comes.
 */
export async function adminServer({
  address,
  token,
  managed,
  log,
  instance,
}: AdminServerOptions): Promise<AdminServer> {
  const authorize = authorizer(token);
  const stopCounting = managed.events.listen(managed.metrics.count);
  const events = eventStream(managed.events);
  const process = processMetrics();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> => {
    const { route, params } = matchRoute(adminRoutes, request.method!, request.url!.split('?', 1)[0]!);
    if (route.method !== 'GET') authorize(request.headers.authorization);
    return route.answer({ managed, events, process, request, response, params, log });
  };
  const server = createServer(timeouts, (request, response) => {
    const speaker = { requestId: randomUUID(), instance };
    response.setHeader('x-request-id', speaker.requestId);
    response.setHeader('x-served-by', instance);
    response.setHeader('cache-control', 'no-store');
    answer(request, response).then(
      (given) => given !== undefined && send(response, given),
      (error: unknown) => {
        if (!isCoded(error)) log.error({ err: error, requestId: speaker.requestId }, 'admin request failed');
        sendProblem(response, error, speaker);
      },
    );
  });
  server.on('clientError', (error, socket) => refuseConnection(socket, error, { requestId: randomUUID(), instance }));
  const stop = (): void => {
    stopCounting();
    events.close();
    process.close();
  };
  try {
    server.listen(address.port, address.host);
    await once(server, 'listening');
  } catch (error) {
    stop();
    throw error;
  }
  const { address: host, port } = server.address() as AddressInfo;
  return {
    address: { host, port },
    async close() {
      stop();
      await closed(server);
    },
  };
}

function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function closed(server: Server): Promise<void> {
  const over = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), closeMs);
  await over;
  clearTimeout(timer);
}
