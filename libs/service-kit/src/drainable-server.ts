import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export interface DrainOptions {
  /**
   * How long new requests are still answered, each with `Connection: close`, before the listener
   * goes. Kept-alive clients leave by themselves in that time instead of losing a request to a
   * connection that closes under it. Default 300 ms.
   */
  readonly lingerMs?: number;
}

/**
 * Lets a server stop without failing anyone: it lingers, stops accepting, finishes what it has
 * begun, and settles when the last connection is gone.
 */
export function drainableServer(server: Server, { lingerMs = 300 }: DrainOptions = {}): { drain(): Promise<void> } {
  const answering = new Set<ServerResponse>();
  let draining = false;
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (draining) response.setHeader('connection', 'close');
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  return {
    async drain() {
      draining = true;
      for (const response of answering) if (!response.headersSent) response.setHeader('connection', 'close');
      await wait(lingerMs);
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
