import type { IncomingMessage, ServerResponse } from 'node:http';
import httpProxy from 'http-proxy';
import { leaveHop } from '../../http/forwarding.ts';

/**
 * http-proxy without the pass that lets requests be smuggled: `deleteLength` gives DELETE and OPTIONS
 * a Content-Length of 0 but still sends their chunked body, which the endpoint then reads as a request.
 * Answers are made fit to relay before its own passes copy them.
 */
export function fencedProxy(): httpProxy {
  const proxy = httpProxy.createProxyServer({ prependPath: false, toProxy: true, xfwd: false });
  const passes: { webPasses: { name: string }[] } = proxy as unknown as { webPasses: { name: string }[] };
  passes.webPasses = passes.webPasses.filter(({ name }) => name !== 'deleteLength');
  proxy.on('proxyRes', (answer, _request, response: ServerResponse) => fitToRelay(answer, response));
  // Its client has gone; the response's own close event has already ended the upstream request.
  proxy.on('econnreset', () => undefined);
  return proxy;
}

/** What a status line may hold when it is written (RFC 9112, 4); reading is laxer. */
const unwritableReason = /[^\t\x20-\x7e\x80-\xff]/;

function fitToRelay(answer: IncomingMessage, response: ServerResponse): void {
  leaveHop(answer.headers);
  // Else http-proxy would say keep-alive to a client that asked for, or is being given, a close.
  if (response.getHeader('connection') === 'close') answer.headers.connection = 'close';
  // Writing such a line throws, outside of any request, and would take the whole process down.
  if (unwritableReason.test(answer.statusMessage ?? '')) answer.statusMessage = '';
  if ((answer.statusCode ?? 0) < 200) {
    answer.statusCode = 502;
    answer.statusMessage = '';
  }
}
