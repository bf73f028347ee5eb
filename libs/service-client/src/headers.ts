import type { IncomingHttpHeaders } from 'node:http';

/** Fields as they go out: one value, or several lines. */
export type Fields = Record<string, string | string[]>;

/** Fields of one connection (RFC 9110, 7.6.1), credentials for a proxy, and framing that the next hop makes itself. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** The fields that may travel on: without those of the connection they came on, also those that Connection names. */
export function endToEnd(headers: IncomingHttpHeaders): Fields {
  const nominated = new Set(headers.connection?.split(',').map((name) => name.trim().toLowerCase()));
  const kept: Fields = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !hopByHop.has(name) && !(nominated.has(name) && name !== 'content-length'))
      kept[name] = value;
  return kept;
}
