import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { CodedError } from '@edgeway/errors';
import type { Request } from 'express';

/** The request's body, cut off at `maxBytes`; `undefined` when it has none. A declared length over it is refused before a byte is read. */
export function boundedBody(request: Request, maxBytes: number): Readable | undefined {
  const declared = request.headers['content-length'];
  const chunked = request.headers['transfer-encoding'] !== undefined;
  if (!chunked && (declared === undefined || declared === '0')) return undefined;
  const tooLarge = (): CodedError =>
    new CodedError('BODY_TOO_LARGE', { detail: `At most ${maxBytes} bytes.`, headers: { connection: 'close' } });
  if (declared !== undefined && Number(declared) > maxBytes) throw tooLarge();
  let seen = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      done(seen > maxBytes ? tooLarge() : null, chunk);
    },
  });
  return pipeline(request, counter, () => undefined);
}
