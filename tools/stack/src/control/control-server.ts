import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { json } from 'node:stream/consumers';
import { Command } from './protocol.ts';

/**
 * Takes commands on loopback from whoever can read the control file. The file of a stack that was
 * killed is replaced.
 *
 * @throws Error `EEXIST` when another stack has started in the same moment.
 */
export async function controlServer(
  path: string,
  perform: (command: Command) => Promise<unknown>,
): Promise<{ close(): void }> {
  const token = randomBytes(24).toString('base64url');
  const serve: RequestListener = (request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${token}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return void response.writeHead(401).end();
    json(request)
      .then((asked) => perform(Command.parse(asked)))
      .then(
        (answer) => response.writeHead(200).end(JSON.stringify(answer ?? null)),
        (error: unknown) =>
          response
            .writeHead(400)
            .end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) })),
      );
  };
  const server = createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  writeFileSync(path, JSON.stringify({ pid: process.pid, port, token }), { mode: 0o600, flag: 'wx' });
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
