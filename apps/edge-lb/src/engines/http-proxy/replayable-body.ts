import type { IncomingMessage } from 'node:http';

/** Larger bodies are streamed, and can be sent only once. HAProxy's and NGINX's buffers are of this order. */
const limitBytes = 64 * 1024;

/** A body that can be sent again, `none`, or `streamed`: on its way and gone once sent. */
export type Body = Buffer | 'none' | 'streamed';

/**
 * Reads a body of a declared, small length before anything is sent, so that a request whose endpoint
 * turns out to be gone can go to another one. Never calls back when the client leaves before it has
 * sent it all: nothing was begun that would have to end.
 */
export function replayableBody(request: IncomingMessage, ready: (body: Body) => void): void {
  if (request.headers['transfer-encoding'] !== undefined) return ready('streamed');
  const length = Number(request.headers['content-length'] ?? 0);
  if (length === 0) return ready('none');
  if (length > limitBytes) return ready('streamed');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => ready(Buffer.concat(chunks)));
}
