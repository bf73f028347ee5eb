import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exchange, problemIn } from '../../testing/raw-client.ts';
import { answerRefusals } from './refusals.ts';

describe('refusals', () => {
  it('answer a request that takes too long to arrive with 408', async () => {
    const { port } = await refusingServer();
    const answer = await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\n');
    expect(problemIn(answer)).toMatchObject({
      status: 408,
      code: 'EDGE_REQUEST_TIMEOUT',
      requestId: 'an-id-of-ours',
    });
  });

  it('do not keep the connection of a client that never lets go', async () => {
    const { server, port } = await refusingServer();
    const connection = once(server, 'connection');
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void client.destroy());
    client.on('error', () => undefined).write('garbage\r\n\r\n');
    const [socket] = (await connection) as [Socket];
    await expect(once(socket, 'close')).resolves.toBeDefined();
  });
});

async function refusingServer() {
  const server = createServer({ headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 });
  answerRefusals(server, () => ({ requestId: 'an-id-of-ours', instance: 'edge-lb-1' }));
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}
