import type { IncomingHttpHeaders } from 'node:http';
import { hopByHopFields, nominatedBy } from '@edgeway/http1';

/** Fields as they go out: one value, or several lines. */
export type Fields = Record<string, string | string[]>;

/** Fields of one connection, and framing that the next hop makes itself. */
const left = new Set<string>([...hopByHopFields, 'trailer', 'transfer-encoding', 'expect']);

/** The fields that may travel on: without those of the connection they came on, also those that Connection names. */
export function endToEnd(headers: IncomingHttpHeaders): Fields {
  const nominated = new Set(nominatedBy(headers.connection));
  const kept: Fields = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !left.has(name) && !nominated.has(name)) kept[name] = value;
  return kept;
}
