import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Action, RelayAction } from '../routing/route.ts';
import { CodedError, problemOf, type ErrorCode } from '@edgeway/errors';

export interface Speaker {
  readonly requestId: string;
  /** The balancer's name. */
  readonly instance: string;
}

/** How long bytes that nobody wants are still read: closing on them resets the connection, and the answer is lost. */
const lingerMs = 1000;

/** The balancer's own problem+json. A response that has begun is cut, so that it does not look complete. */
export function sendProblem(response: ServerResponse, error: unknown, { requestId, instance }: Speaker): void {
  if (response.headersSent) return void response.destroy();
  const path = response.req.url?.split('?', 1)[0] ?? '';
  const answer = problemOf(error, { requestId, instance: path });
  const body = JSON.stringify(answer.body);
  const unread = !response.req.complete;
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    'x-served-by': instance,
    ...(unread ? { connection: 'close' } : {}),
  });
  if (!unread) return void response.end(body);
  response.write(body);
  readOff(response.req, () => response.end());
}

function readOff(request: IncomingMessage, done: () => void): void {
  const timer = setTimeout(done, lingerMs);
  request.once('close', () => {
    clearTimeout(timer);
    done();
  });
  request.unpipe();
  request.resume();
}

/** `/livez` and `/readyz` of this process. */
export function sendStatus(response: ServerResponse, good: boolean, { requestId, instance }: Speaker): void {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-request-id': requestId,
    'x-served-by': instance,
  };
  response.writeHead(good ? 200 : 503, headers).end(JSON.stringify({ status: good ? 'ok' : 'unavailable' }));
}

/** What a route answers by itself. */
export function sendFixed(
  response: ServerResponse,
  action: Exclude<Action, RelayAction>,
  { requestId, instance }: Speaker,
): void {
  const own = { 'x-request-id': requestId, 'x-served-by': instance };
  if (action.kind === 'redirect') response.writeHead(action.status, { ...own, location: action.location }).end();
  else response.writeHead(action.status, { ...own, 'content-type': action.contentType }).end(action.body);
}

const byParserCode: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'EDGE_HEAD_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'EDGE_REQUEST_TIMEOUT',
};

/** Answers bytes that are not a request, on the bare connection, and closes it. */
export function refuseConnection(
  socket: Duplex,
  error: NodeJS.ErrnoException,
  { requestId, instance }: Speaker,
  code: ErrorCode = byParserCode[error.code ?? ''] ?? 'EDGE_MESSAGE_INVALID',
): void {
  // Refused already, and more of the same came.
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, headers, body } = problemOf(new CodedError(code, { cause: error }), { requestId, instance: '' });
  const text = JSON.stringify(body);
  const fields = {
    ...headers,
    'content-length': Buffer.byteLength(text),
    'x-request-id': requestId,
    'x-served-by': instance,
    connection: 'close',
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${text}`);
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
}
