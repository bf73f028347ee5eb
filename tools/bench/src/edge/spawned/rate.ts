import { connect, type Socket } from 'node:net';

/**
 * PORT RATE SECONDS CONNECTIONS: requests at a constant rate, whether or not earlier ones were
 * answered (an open model): time is counted from when a request was due, so a stall is not hidden by
 * nobody asking meanwhile. RATE 0 asks as fast as answers come. Prints the count and percentiles in ms.
 *
 * The timer turns each millisecond, so what is due within one goes out at once: all engines see the same bursts.
 */
const [port, rate, seconds, connections] = process.argv.slice(2).map(Number) as [number, number, number, number];
const request = 'GET / HTTP/1.1\r\nHost: bench\r\n\r\n';
const latencies: number[] = [];
/** When the requests were due that wait for a connection; from `next` on. */
const waiting: number[] = [];
let next = 0;
const idle: Socket[] = [];
let failed = 0;
let over = false;

function client(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
    idle.push(socket);
    resolve();
  });
  let left = 0;
  socket.on('data', (data: Buffer) => {
    if (left === 0) {
      const end = data.indexOf('\r\n\r\n');
      const text = data.toString('latin1', 0, end < 0 ? data.length : end);
      if (!text.startsWith('HTTP/1.1 200')) failed++;
      left = end + 4 + Number(/\ncontent-length: (?<bytes>\d+)/i.exec(text)?.groups?.['bytes'] ?? 0);
    }
    left -= data.length;
    if (left > 0) return;
    left = 0;
    latencies.push(performance.now() - due.get(socket)!);
    if (next < waiting.length) ask(socket, waiting[next++]!);
    else if (rate === 0 && !over) ask(socket, performance.now());
    else idle.push(socket);
  });
  socket.on('error', () => failed++);
  socket.on('close', () => {
    if (!over) failed++;
    resolve();
  });
  return promise;
}

const due = new Map<Socket, number>();

function ask(socket: Socket, at: number): void {
  due.set(socket, at);
  socket.write(request);
}

await Promise.all(Array.from({ length: connections }, client));
const began = performance.now();
const ends = began + seconds * 1000;
if (rate === 0) for (const socket of idle.splice(0)) ask(socket, performance.now());
let sent = 0;
const timer = setInterval(() => {
  const now = performance.now();
  const dueByNow = ((Math.min(now, ends) - began) / 1000) * rate;
  for (; sent < dueByNow; sent++) {
    const at = began + (sent / rate) * 1000;
    const socket = idle.pop();
    if (socket === undefined) waiting.push(at);
    else ask(socket, at);
  }
  // What is due is still answered, for a second.
  if (now < ends || (rate > 0 && latencies.length < sent && now < ends + 1000)) return;
  over = true;
  clearInterval(timer);
  finish((Math.min(performance.now(), ends) - began) / 1000);
}, 1);

function finish(took: number): void {
  const unanswered = rate > 0 ? sent - latencies.length : 0;
  const sorted = Float64Array.from(latencies).toSorted();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  const told = { rps: latencies.length / took, p50: at(0.5), p99: at(0.99), failed: failed + unanswered };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  process.exit(0);
}
