import type { IncomingMessage } from 'node:http';
import { CodedError } from '@edgeway/errors';

/**
 * What Node's parser lets through and a proxy must not: repeated or missing Host, a target that is
 * not a path, methods that are not for relaying. An absolute target gives way to its path, and its
 * authority overrides Host (RFC 9112, 3.2.2).
 *
 * @throws CodedError EDGE_HOST_INVALID, EDGE_MESSAGE_INVALID, EDGE_METHOD_UNSUPPORTED
 */
export function screen(request: IncomingMessage): void {
  if (request.method === 'TRACE') throw new CodedError('EDGE_METHOD_UNSUPPORTED');
  const hosts = request.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && request.httpVersion === '1.1') || !/^[^\s/@?#\\]*$/.test(request.headers.host ?? ''))
    throw new CodedError('EDGE_HOST_INVALID');
  const target = request.url ?? '';
  if (target.startsWith('/')) return;
  const absolute = /^https?:\/\/([^\s/@?#\\]+)(\/[^#]*|\?[^#]*)?$/i.exec(target);
  if (absolute === null)
    throw new CodedError('EDGE_MESSAGE_INVALID', { detail: 'The request target must be a path or an http URL.' });
  const [, authority, rest = '/'] = absolute;
  request.headers.host = authority!;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
}
