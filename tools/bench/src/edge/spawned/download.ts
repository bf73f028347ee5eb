import { connect } from 'node:net';

/** PORT: downloads /big over one connection, throws it away, and prints how many bytes came. */
const port = Number(process.argv[2]);
let received = 0;
let expected = -1;
let head = '';

const socket = connect({
  port,
  host: '127.0.0.1',
  onread: {
    buffer: Buffer.alloc(256 * 1024),
    callback(count, buffer) {
      if (expected >= 0) received += count;
      else {
        head += Buffer.from(buffer.buffer, buffer.byteOffset, count).toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return true;
        expected = Number(/^content-length: (?<bytes>\d+)/im.exec(head)?.groups?.['bytes'] ?? 0);
        received = head.length - end - 4;
      }
      if (received >= expected) socket.destroy();
      return true;
    },
  },
});
socket.write('GET /big HTTP/1.1\r\nHost: bench\r\n\r\n');
socket.on('error', () => undefined);
socket.on('close', () => process.stdout.write(`${JSON.stringify({ received, expected })}\n`));
