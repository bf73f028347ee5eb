import { createServer, type ServerResponse } from 'node:http';

/** PORT BYTES ANSWER: the upstream where there is no NGINX. */
const [port, bigBytes, answer] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]!];
const block = Buffer.alloc(64 * 1024);
const small = { 'content-type': 'application/json', 'content-length': answer.length };

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  if (request.url !== '/big') return void response.writeHead(200, small).end(answer);
  response.writeHead(200, { 'content-length': bigBytes });
  stream(response, bigBytes);
});
server.listen(port, '127.0.0.1', 4096);

function stream(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      const size = Math.min(left, block.length);
      left -= size;
      if (!response.write(size === block.length ? block : block.subarray(0, size)) && left > 0)
        return void response.once('drain', more);
    }
    response.end();
  };
  more();
}
