import { CodedError, type ErrorCode } from '@edgeway/errors';
import { detailOf, idOf, statusOf, type Fault, type RequestHead } from '@edgeway/http1';
import type { OwnAnswer } from '../../http/answer-text.ts';
import type { Action, RelayAction } from '../../routing/route.ts';

/** An answer that asks no endpoint. Whether the connection ends with it is its connection's to say. */
export type Answer = Omit<OwnAnswer, 'close'>;

const maxForwards = idOf('max-forwards');

/** What the balancer answers itself, whatever its routes say: its own health, and OPTIONS that are for it. */
export function ownAnswer(head: RequestHead, bytes: Buffer, path: string, ready: () => boolean): Answer | undefined {
  if (head.isAsterisk || (head.isMethod(bytes, 'OPTIONS') && head.value(bytes, maxForwards) === '0'))
    return { status: 204, fields: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' }, body: '' };
  if (path !== '/livez' && path !== '/readyz') return undefined;
  const good = path === '/livez' || ready();
  return {
    status: good ? 200 : 503,
    fields: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify({ status: good ? 'ok' : 'unavailable' }),
  };
}

/** What a route says by itself. */
export function fixedAnswer(action: Exclude<Action, RelayAction>): Answer {
  if (action.kind === 'redirect') return { status: action.status, fields: { location: action.location }, body: '' };
  return { status: action.status, fields: { 'content-type': action.contentType }, body: action.body };
}

const codes: Readonly<Record<number, ErrorCode>> = {
  414: 'EDGE_TARGET_TOO_LONG',
  417: 'EDGE_EXPECTATION_UNKNOWN',
  431: 'EDGE_HEAD_TOO_LARGE',
  501: 'EDGE_METHOD_UNSUPPORTED',
  505: 'EDGE_VERSION_UNSUPPORTED',
};

/** Why a message is refused, as a problem. */
export function errorOf(fault: Fault): CodedError {
  const code = fault === 'host-invalid' ? 'EDGE_HOST_INVALID' : (codes[statusOf(fault)] ?? 'EDGE_MESSAGE_INVALID');
  return new CodedError(code, { detail: detailOf(fault) });
}
