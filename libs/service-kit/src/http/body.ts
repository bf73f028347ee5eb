import { schemaFaults } from '@edgeway/config';
import { CodedError } from '@edgeway/errors';
import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';

/** Largest JSON body a service reads. */
const limitBytes = 64 * 1024;
const parse = express.json({ limit: limitBytes, strict: true });

/**
 * Reads a JSON body and checks it; the handler finds the checked value in `request.body`.
 * Answers 415 for another media type, 413 beyond 64 KiB, 400 with every fault by path otherwise.
 */
export function jsonBody(schema: z.ZodType): RequestHandler {
  return (request, response, next) => {
    if (!request.is('application/json')) return next(new CodedError('BODY_TYPE_UNSUPPORTED'));
    parse(request, response, (error?: unknown) => {
      if (error !== undefined) return next(bodyError(error));
      const result = schema.safeParse(request.body);
      if (!result.success) return next(new CodedError('BODY_INVALID', { errors: schemaFaults(result.error) }));
      request.body = result.data;
      next();
    });
  };
}

/**
 * The query string, checked.
 *
 * @throws CodedError QUERY_INVALID
 */
export function parseQuery<T>(schema: z.ZodType<T>, request: Request): T {
  const result = schema.safeParse(request.query);
  if (result.success) return result.data;
  throw new CodedError('QUERY_INVALID', { errors: schemaFaults(result.error) });
}

function bodyError(error: unknown): CodedError {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large')
    return new CodedError('BODY_TOO_LARGE', { detail: `At most ${limitBytes} bytes.`, cause: error });
  return new CodedError('BODY_INVALID', { detail: 'The body is not well-formed JSON.', cause: error });
}
