import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * One upstream of the drills: `NAME PORT CONTROL_PORT LATENCY_MS KEEP_ALIVE_MS`. It answers every request
 * with its name, and does worse when `POST /__fault` on the control port says so. The body there
 * replaces what was said before; `{}` mends all.
 */
export interface Fault {
  /** Instead of the usual latency. Probes stay fast: it is the work that is slow, not the process. */
  readonly latencyMs?: number;
  /** Of requests that are answered 500; probes pass. */
  readonly errorPercent?: number;
  /** Connections and requests are taken and never answered, probes too: what a process does that hangs. */
  readonly halfOpen?: boolean;
}

const [name = '', ...numbers] = process.argv.slice(2);
const [port, controlPort, usualMs, keepAliveMs] = numbers.map(Number) as [number, number, number, number];
let fault: Fault = {};

const server = createServer((request, response) => {
  request.resume();
  if (fault.halfOpen === true) return;
  if (request.url === '/readyz') return void response.end('ok');
  const answer = (): void => {
    const failing = Math.random() * 100 < (fault.errorPercent ?? 0);
    response.writeHead(failing ? 500 : 200, { 'x-upstream': name, 'content-type': 'text/plain' }).end(`${name}\n`);
  };
  request.on('end', () => setTimeout(answer, fault.latencyMs ?? usualMs));
  request.on('error', () => undefined);
});
server.keepAliveTimeout = keepAliveMs;

const control = createServer((request, response) => {
  void obey(request).finally(() => response.end());
});

async function obey(request: IncomingMessage): Promise<void> {
  fault = (await json(request)) as Fault;
}

const listening = (): void => void (server.listening && control.listening && process.send?.('listening'));
server.listen(port, '127.0.0.1', listening);
control.listen(controlPort, '127.0.0.1', listening);
// Nothing outlives the drill that started it.
process.once('disconnect', () => process.exit(0));
