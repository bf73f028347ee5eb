import type { IncomingMessage } from 'node:http';
import { schemaFaults } from '@edgeway/config';
import { CodedError } from '@edgeway/errors';
import type { z } from 'zod';

export interface BodyLimits {
  /** Default 16 KiB. */
  readonly bytes?: number;
  /** For all of it to arrive. Default 2 s. */
  readonly ms?: number;
}

/**
 * A JSON body, checked.
 *
 * @throws CodedError BODY_TYPE_UNSUPPORTED, BODY_TOO_LARGE, EDGE_REQUEST_TIMEOUT, or BODY_INVALID with every fault.
 */
export async function jsonBody<T>(request: IncomingMessage, schema: z.ZodType<T>, limits: BodyLimits = {}): Promise<T> {
  if (!/^application\/json *(?:;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new CodedError('BODY_TYPE_UNSUPPORTED');
  const result = schema.safeParse(parsed(await text(request, limits)));
  if (!result.success) throw new CodedError('BODY_INVALID', { errors: schemaFaults(result.error) });
  return result.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CodedError('BODY_INVALID', { detail: 'The body is not well-formed JSON.', cause: error });
  }
}

function text(request: IncomingMessage, { bytes = 16 * 1024, ms = 2000 }: BodyLimits): Promise<string> {
  return new Promise((resolve, reject) => {
    const tooLarge = new CodedError('BODY_TOO_LARGE', { detail: `At most ${bytes} bytes.` });
    if (Number(request.headers['content-length'] ?? 0) > bytes) return reject(tooLarge);
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => settle(reject, new CodedError('EDGE_REQUEST_TIMEOUT')), ms);
    const settle = <V>(how: (value: V) => void, value: V): void => {
      clearTimeout(timer);
      request.off('data', take);
      how(value);
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > bytes) return settle(reject, tooLarge);
      chunks.push(chunk);
    };
    request.on('data', take);
    request.once('end', () => settle(resolve, Buffer.concat(chunks).toString()));
    request.once('error', (error) => settle(reject, new CodedError('BODY_INVALID', { cause: error })));
  });
}
