import { tlsClient } from './test-front.ts';

/** What came: of most frames no more than a test asks. */
export interface Frame {
  readonly type: string;
  readonly stream: number;
  /** Of RST_STREAM and GOAWAY. */
  readonly code?: number;
}

/** An HTTP/2 client that sends what no honest one would. */
export interface FrameClient {
  readonly frames: readonly Frame[];
  /** Of fields with the same pseudo name, the last counts. */
  headers(stream: number, fields: readonly (readonly [string, string])[], options?: { ended: boolean }): void;
  data(stream: number, content: string, options?: { ended: boolean }): void;
  reset(stream: number, code: number): void;
  /** Settles when such a frame has come. */
  until(is: (frame: Frame) => boolean): Promise<Frame>;
}

/** A request that is in order. */
export const get: [string, string][] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'shop.example.org'],
  [':path', '/'],
];

const types = ['DATA', 'HEADERS', 'PRIORITY', 'RST_STREAM', 'SETTINGS', 'PUSH_PROMISE', 'PING', 'GOAWAY'];
const [data, headers, reset, settings] = [0, 1, 3, 4] as const;

export async function frameClient(port: number): Promise<FrameClient> {
  const socket = await tlsClient(port, { ALPNProtocols: ['h2'], servername: 'shop.example.org' });
  const frames: Frame[] = [];
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 9 && received.length >= 9 + received.readUIntBE(0, 3)) {
      const [length, stream] = [received.readUIntBE(0, 3), received.readUInt32BE(5)];
      const type = types[received[3]!] ?? 'OTHER';
      const at = { RST_STREAM: 9, GOAWAY: 13 }[type];
      frames.push({ type, stream, ...(at === undefined ? {} : { code: received.readUInt32BE(at) }) });
      received = received.subarray(9 + length);
    }
    socket.emit('frames');
  });
  const send = (type: number, flags: number, stream: number, payload: Buffer): void => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.set([type, flags], 3);
    head.writeUInt32BE(stream, 5);
    socket.write(Buffer.concat([head, payload]));
  };
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  send(settings, 0, 0, Buffer.alloc(0));
  return {
    frames,
    headers: (stream, fields, { ended } = { ended: true }) =>
      send(headers, 4 | (ended ? 1 : 0), stream, Buffer.concat(lastOfEach(fields).map(literal))),
    data: (stream, content, { ended } = { ended: false }) => send(data, ended ? 1 : 0, stream, Buffer.from(content)),
    reset(stream, code) {
      const payload = Buffer.alloc(4);
      payload.writeUInt32BE(code);
      send(reset, 0, stream, payload);
    },
    async until(is) {
      for (;;) {
        const frame = frames.find(is);
        if (frame !== undefined) return frame;
        if (socket.closed) throw new Error(`closed after ${JSON.stringify(frames)}`);
        await new Promise<void>((resolve) => {
          socket.once('frames', resolve).once('close', resolve);
        });
      }
    },
  };
}

/** In the place of the first, so that pseudo fields stay in front. A pseudo field behind another field stays there. */
function lastOfEach(fields: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const result: (readonly [string, string])[] = [];
  for (const field of fields) {
    const before = result.findIndex(([name]) => name === field[0] && name.startsWith(':'));
    if (before >= 0 && result.every(([name]) => name.startsWith(':'))) result[before] = field;
    else result.push(field);
  }
  return result;
}

/** Literal field without indexing, new name, no Huffman (RFC 7541, 6.2.2). */
const literal = ([name, value]: readonly [string, string]): Buffer =>
  Buffer.concat([Buffer.from([0]), string(name), string(value)]);

function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length >= 127) throw new RangeError('longer than one byte says');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
