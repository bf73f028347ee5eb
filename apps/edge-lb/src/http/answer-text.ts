import { STATUS_CODES } from 'node:http';
import { problemOf } from '@edgeway/errors';

/** An answer of the balancer's own, whole, as bytes of HTTP/1.1 in a string. */
export interface OwnAnswer {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the connection ends with it. */
  readonly close: boolean;
  /** HEAD was asked: the head speaks of a body that does not follow. */
  readonly toHead?: boolean;
}

export function answerText({ status, fields, body, close, toHead = false }: OwnAnswer): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (const [name, value] of Object.entries(fields)) text += `${name}: ${value}\r\n`;
  if (status !== 204 && status >= 200) text += `content-length: ${Buffer.byteLength(body)}\r\n`;
  text += `date: ${new Date().toUTCString()}\r\n`;
  if (close) text += 'connection: close\r\n';
  return `${text}\r\n${toHead ? '' : Buffer.from(body).toString('latin1')}`;
}

/** problem+json for whatever went wrong. */
export function problemFields(
  error: unknown,
  { requestId, instance }: { readonly requestId: string; readonly instance: string },
  path: string,
): Pick<OwnAnswer, 'status' | 'fields' | 'body'> {
  const { status, headers, body } = problemOf(error, { requestId, instance: path });
  return {
    status,
    fields: { ...headers, 'x-request-id': requestId, 'x-served-by': instance },
    body: JSON.stringify(body),
  };
}
