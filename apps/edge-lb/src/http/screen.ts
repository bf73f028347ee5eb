import type { IncomingMessage } from 'node:http';
import { CodedError } from '@edgeway/errors';

/**
 * What Node's parser lets through and a proxy must not: repeated or missing Host, a target that is
 * not a path, framing that HTTP/1.0 does not know, methods and expectations that are not for relaying.
 * An absolute target gives way to its path, and its authority overrides Host (RFC 9112, 3.2.2).
 *
 * @throws CodedError EDGE_HOST_INVALID, EDGE_MESSAGE_INVALID, EDGE_METHOD_UNSUPPORTED,
 *   EDGE_UPGRADE_UNSUPPORTED, EDGE_EXPECTATION_UNKNOWN
 */
export function screen(request: IncomingMessage): void {
  const { method, headers, httpVersion } = request;
  if (method === 'TRACE') throw new CodedError('EDGE_METHOD_UNSUPPORTED');
  // RFC 9112, 6.1: faulty framing, since a 1.0 hop on the way may have read another end of the message.
  if (httpVersion === '1.0' && headers['transfer-encoding'] !== undefined)
    throw new CodedError('EDGE_MESSAGE_INVALID', { detail: 'HTTP/1.0 has no Transfer-Encoding.' });
  screenHost(request);
  screenTarget(request);
  if (httpVersion === '1.1' && headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    throw new CodedError('EDGE_EXPECTATION_UNKNOWN');
  // Other upgrades may be ignored (RFC 9110, 7.8), and clients that offer h2c count on it; a WebSocket cannot go on without.
  if (/(^|,)\s*websocket\s*(,|$)/i.test(headers.upgrade ?? '')) throw new CodedError('EDGE_UPGRADE_UNSUPPORTED');
}

/** RFC 9112, 3.2: exactly one, well-formed; HTTP/1.0 may have none. */
function screenHost({ rawHeaders, headers, httpVersion }: IncomingMessage): void {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1') || !/^[^\s/@?#\\,]*$/.test(headers.host ?? ''))
    throw new CodedError('EDGE_HOST_INVALID');
}

function screenTarget(request: IncomingMessage): void {
  const target = request.url ?? '';
  const absolute = /^https?:\/\/([^\s/@?#\\]+)(\/[^#]*|\?[^#]*)?$/i.exec(target);
  if (absolute !== null) {
    const [, authority, rest = '/'] = absolute;
    request.headers.host = authority!;
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
  } else if (!target.startsWith('/') || target.includes('#'))
    throw new CodedError('EDGE_MESSAGE_INVALID', { detail: 'The request target must be a path or an http URL.' });
}
