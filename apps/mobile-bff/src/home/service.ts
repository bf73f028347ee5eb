import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { CodedError } from '@edgeway/errors';
import type { z } from 'zod';

/** A service as this one calls it; `createServiceClient` of libs/service-client makes one. */
export interface Service {
  request(request: {
    readonly method: 'GET';
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  }): Promise<{ readonly status: number; readonly body: Readable }>;
}

export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Reads a resource and checks its shape.
 *
 * @throws CodedError UPSTREAM_FAILED for any status but 200 and for a body that is not what the
 *   contract says; what `service` throws passes through.
 */
export async function read<T>(service: Service, schema: z.ZodType<T>, asked: Asked): Promise<T> {
  const { status, body } = await service.request({ method: 'GET', ...asked });
  if (status !== 200) {
    body.destroy();
    throw new CodedError('UPSTREAM_FAILED', { detail: `${asked.path} answered ${status}.` });
  }
  const result = schema.safeParse(await json(body));
  if (result.success) return result.data;
  throw new CodedError('UPSTREAM_FAILED', { detail: `${asked.path} broke its contract.`, cause: result.error });
}
