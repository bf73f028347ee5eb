import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CodedError } from '@edgeway/errors';
import { drainableServer } from '@edgeway/service-kit';
import { leaveHop, stampForwarding } from '../../http/forwarding.ts';
import { refuseConnection, sendProblem, sendStatus } from '../../http/own-answers.ts';
import { screen } from '../../http/screen.ts';
import type { Engine, Front, Listening } from '../engine.ts';
import { createRelay, type Relay } from './relay.ts';

const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1000,
};

const validRequestId = /^[A-Za-z0-9._-]{8,128}$/;

/**
 * The classic `http-proxy` behind the engine contract, to compare with and to learn from. Its holes
 * that matter are closed here and in `relay.ts`; what it cannot do is left out: it drops 103 Early
 * Hints and response trailers, and it relays no upgrades (a request is relayed without its Upgrade).
 */
export function httpProxyEngine(): Engine {
  return {
    name: 'http-proxy',
    async listen(front) {
      const relay = createRelay(front.log);
      const server = createServer({ ...limits, noDelay: true, requireHostHeader: false }, (request, response) => {
        serve(front, relay, request, response);
      });
      const speaker = () => ({ requestId: randomUUID(), instance: front.instance });
      server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseConnection(socket, error, speaker()));
      server.on('connect', (_request, socket) =>
        refuseConnection(socket, new Error('CONNECT'), speaker(), 'EDGE_METHOD_UNSUPPORTED'),
      );
      const { drain } = drainableServer(server);
      const address = await bind(server, front);
      return { address, drain: async () => drain().finally(() => relay.close()) };
    },
  };
}

function serve(front: Front, relay: Relay, request: IncomingMessage, response: ServerResponse): void {
  const given = front.trustedHops > 0 ? request.headers['x-request-id'] : undefined;
  const requestId = typeof given === 'string' && validRequestId.test(given) ? given : randomUUID();
  const speaker = { requestId, instance: front.instance };
  try {
    screen(request);
    const path = request.url!.split('?', 1)[0]!;
    if (path === '/livez') return sendStatus(response, true, speaker);
    if (path === '/readyz') return sendStatus(response, front.ready(), speaker);
    const pool = front.route(path);
    if (pool === undefined) throw new CodedError('ROUTE_NOT_FOUND');
    leaveHop(request.headers);
    delete request.headers.expect; // Node has answered 100 Continue
    stampForwarding(request.headers, {
      peer: request.socket.remoteAddress ?? 'unknown',
      trustedHops: front.trustedHops,
      requestId,
    });
    response.setHeader('x-request-id', requestId);
    relay.web(request, response, pool, (error) => {
      front.log.warn({ err: error, requestId, path, pool: pool.name }, 'relay failed');
      sendProblem(response, error, speaker);
    });
  } catch (error) {
    sendProblem(response, error, speaker);
  }
}

async function bind(server: Server, front: Front): Promise<Listening['address']> {
  const { host, port } = front.address;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  return { host, port: typeof bound === 'object' && bound !== null ? bound.port : port };
}
