import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { parseClientHello } from '../client-hello.ts';

/** The first message a real TLS client sends. */
export async function realClientHello(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ ...options, port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => undefined);
  let bytes = Buffer.alloc(0);
  while ('need' in parseClientHello(bytes)) bytes = Buffer.concat([bytes, (await once(socket, 'data'))[0] as Buffer]);
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}
