import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { drainableServer } from './drainable-server.ts';

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());

async function serve(handler: (response: ServerResponse) => void, lingerMs: number) {
  server = createServer((_request, response) => handler(response));
  const { drain } = drainableServer(server, { lingerMs });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const ask = async (): Promise<IncomingMessage> => {
    const [response] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end'); // only then is its connection free for the next request
    return response;
  };
  return { drain, ask };
}

describe('drainableServer', () => {
  it('finishes what it has begun before it settles', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const { drain, ask } = await serve(arrived.resolve, 0);
    const answer = ask();
    const response = await arrived.promise;
    let drained = false;
    const draining = drain().then(() => (drained = true));
    expect(drained).toBe(false);
    response.end('done');
    expect((await answer).statusCode).toBe(200);
    await draining;
    expect(drained).toBe(true);
  });

  it('tells kept-alive clients to leave while it lingers, and refuses new ones after', async () => {
    const { drain, ask } = await serve((response) => response.end('ok'), 200);
    expect((await ask()).headers.connection).toBe('keep-alive');
    const draining = drain();
    expect((await ask()).headers.connection).toBe('close');
    await draining;
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
