import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { createLogger } from '@edgeway/telemetry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ListenerConfig } from '../../config/listener.ts';
import { ClientConnection } from './client-connection.ts';
import { WireContext } from './wire-context.ts';

const body = 'x'.repeat(300_000);

function context(): WireContext {
  const { limits } = ListenerConfig.parse({ address: 1, routes: [{ pool: 'a' }] });
  const made = new WireContext({
    name: 'public',
    address: { host: '127.0.0.1', port: 0 },
    protocol: 'http',
    reusePort: false,
    tls: undefined,
    proxyProtocolFrom: undefined,
    route: () => ({ kind: 'respond', status: 200, contentType: 'text/plain', body }),
    ready: () => true,
    trustedHops: 0,
    limits,
    instance: 'edge-lb-1',
    log: createLogger({ name: 'edge-lb', instance: 'edge-lb-1', destination: { write: () => undefined } }),
  });
  onTestFinished(() => made.close());
  return made;
}

describe('a connection that ends with its answer', () => {
  it('is not cut while a slow client still takes the answer', async () => {
    const taken: string[] = [];
    let take: (() => void) | undefined;
    const socket = new Duplex({
      read: () => undefined,
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        take = () => {
          taken.push(chunk);
          done();
        };
      },
    });
    const engine = context();
    engine.come(new ClientConnection(engine, socket, '127.0.0.1', 'http'), '127.0.0.1');
    socket.push('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    // Longer than it lingers for what nobody wants.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(socket.destroyed).toBe(false);
    take!();
    await once(socket, 'finish');
    expect(taken.join('').endsWith(body)).toBe(true);
    socket.push(null);
    await once(socket, 'close');
  });
});
