import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { CodedError } from '@edgeway/errors';
import { drainableServer } from '@edgeway/service-kit';
import { asksToClose, leaveHop, requestIdFor, stampForwarding } from '../../http/forwarding.ts';
import { newRequestId } from '../../http/ids.ts';
import { sendFixed, sendProblem, sendStatus } from '../../http/own-answers.ts';
import { screen } from '../../http/screen.ts';
import type { RequestView } from '../../routing/request-view.ts';
import { rewritten } from '../../routing/route.ts';
import { bind } from '../bind.ts';
import type { Engine, Front } from '../engine.ts';
import { answerRefusals } from './refusals.ts';
import { createRelay, type Relay } from './relay.ts';

/**
 * The classic `http-proxy` behind the engine contract, to compare with and to learn from. Its holes
 * that matter are closed in the files beside this one. Known limits: it drops 103 Early Hints and
 * response trailers, does not keep the order of different fields, and takes no WebSockets. Affinity
 * keys, sticky cookies, mirrors, queues and the limits of a listener are for the wire engine.
 *
 * The process should be started with `--disable-warning=DEP0060`, which http-proxy would cause.
 */
export function httpProxyEngine(): Engine {
  return {
    name: 'http-proxy',
    async listen(front) {
      const relay = createRelay(front.log);
      // Host is checked by `screen`, which answers in our words.
      const server = createServer(
        { ...limits(front), noDelay: true, requireHostHeader: false },
        (request, response) => {
          serve(front, relay, request, response);
        },
      );
      // Fields beyond a count would be dropped unseen, Transfer-Encoding among them; the size is the limit.
      server.maxHeadersCount = 0;
      const asRequest = (...pair: [IncomingMessage, ServerResponse]) => void server.emit('request', ...pair);
      server.on('checkContinue', asRequest).on('checkExpectation', asRequest);
      answerRefusals(server, () => ({ requestId: newRequestId(), instance: front.instance }));
      const { drain } = drainableServer(server);
      const address = await bind(server, front);
      return { address, drain: async () => drain().finally(() => relay.close()) };
    },
  };
}

function serve(front: Front, relay: Relay, request: IncomingMessage, response: ServerResponse): void {
  const { trustedHops, instance, log } = front;
  const requestId = requestIdFor(request.headers, trustedHops);
  const speaker = { requestId, instance };
  try {
    screen(request);
    const path = request.url!.split('?', 1)[0]!;
    if (path === '/livez') return sendStatus(response, true, speaker);
    if (path === '/readyz') return sendStatus(response, front.ready(), speaker);
    const action = front.route(viewOf(request));
    if (action === undefined) throw new CodedError('ROUTE_NOT_FOUND');
    if (action.kind !== 'relay') return sendFixed(response, action, speaker);
    const { pool, rewrite } = action;
    if (rewrite !== undefined) request.url = rewritten(request.url!, rewrite);
    // Here and not by the parser, so that a body nobody will take is not asked for.
    if (request.headers.expect !== undefined && request.httpVersion === '1.1') response.writeContinue();
    delete request.headers.expect;
    if (asksToClose(request.headers)) response.setHeader('connection', 'close');
    leaveHop(request.headers);
    stampForwarding(request.headers, { peer: request.socket.remoteAddress ?? 'unknown', trustedHops, requestId });
    response.setHeader('x-request-id', requestId);
    if (front.onAnswer !== undefined) report(front, request, response, { requestId, pool: pool.name });
    relay.web(request, response, pool, (error) => {
      log.warn({ err: error, requestId, path, pool: pool.name }, 'relay failed');
      sendProblem(response, error, speaker);
    });
  } catch (error) {
    sendProblem(response, error, speaker);
  }
}

const limits = ({ limits: { headBytes, headSeconds, keepAliveSeconds } }: Front) => ({
  maxHeaderSize: headBytes,
  requestTimeout: 60_000,
  headersTimeout: headSeconds * 1000,
  keepAliveTimeout: keepAliveSeconds * 1000,
  // Node looks no more often than this.
  connectionsCheckingInterval: Math.min(1000, headSeconds * 500),
});

/** A request as routes see it. */
function viewOf({ method = '', url = '', headers, socket }: IncomingMessage): RequestView {
  return {
    method,
    path: url.split('?', 1)[0]!,
    target: url,
    host: headers.host,
    peer: socket.remoteAddress ?? 'unknown',
    header: (name) => [headers[name]].flat()[0],
  };
}

/** Tells of the answer when it is over. Which endpoint gave it, and at which attempt, this engine does not say. */
function report(
  { onAnswer }: Front,
  { method = '', url = '', socket }: IncomingMessage,
  response: ServerResponse,
  { requestId, pool }: { readonly requestId: string; readonly pool: string },
): void {
  const startedAt = performance.now();
  response.once('close', () =>
    onAnswer?.({
      method,
      path: url.split('?', 1)[0]!,
      status: response.headersSent ? response.statusCode : 0,
      ms: performance.now() - startedAt,
      requestId,
      peer: socket.remoteAddress ?? '',
      pool,
      endpoint: undefined,
      attempts: 1,
    }),
  );
}
