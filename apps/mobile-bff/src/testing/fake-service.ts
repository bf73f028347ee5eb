import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Service } from '../home/service.ts';

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A service over a real socket; a test sets what it does. */
export interface FakeService {
  readonly service: Service;
  behave(behaviour: Behaviour): void;
  /** What it was asked since `behave`. */
  readonly seen: readonly IncomingMessage[];
  stop(): Promise<void>;
}

export async function startFakeService(): Promise<FakeService> {
  let behaviour: Behaviour = (_request, response) => void response.writeHead(404).end();
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    behaviour(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    behave(next) {
      behaviour = next;
      seen.length = 0;
    },
    service: {
      async request({ path, ...init }) {
        const { status, body } = await fetch(`http://127.0.0.1:${port}${path}`, init);
        return { status, body: body === null ? Readable.from([]) : Readable.fromWeb(body) };
      },
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
