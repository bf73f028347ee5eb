/** A request as its HTTP/2 fields say it, in the words of HTTP/1.1. */
export type H2Request =
  | {
      readonly kind: 'request';
      readonly method: string;
      /** The whole head, its empty line too. */
      readonly head: string;
      /** How the body is framed behind it. */
      readonly body: 'none' | 'length' | 'chunked';
    }
  /** A tunnel is wanted, which no stream becomes. */
  | { readonly kind: 'connect' }
  /** Not to be relayed: its sender, or somebody in front, wants it read as something else. */
  | { readonly kind: 'malformed' };

const malformed: H2Request = { kind: 'malformed' };

/** Of one HTTP/1 connection: HTTP/2 has none of them (RFC 9113, 8.2.2), nor does `te` go beyond a hop. */
const connectionFields = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
  'http2-settings',
]);

const token = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
const fieldName = /^[!#$%&'*+\-.^_`|~\da-z]+$/;
/** What would end a line, or a string in C. */
const lineBreak = /[\0\r\n]/;
/** What would end the target is not in it. */
const target = /^(?:\/[^\0- \x7f]*|\*)$/;

/**
 * The HTTP/1.1 head of an HTTP/2 request (RFC 9113, 8.3.1). In HTTP/2 a value has a length, in HTTP/1 it
 * has an end: whatever could be that end is refused here, everything else is left to the parser that
 * reads the head next. `Host` says what `:authority` says. Cookie crumbs become one field again (8.2.3).
 * A body without a length is chunked. `connection: close`, since a stream carries one request.
 *
 * @param fields names and values in turn, pseudo fields among them.
 * @param ended whether nothing follows the fields.
 */
export function h2Request(fields: readonly string[], ended: boolean): H2Request {
  const pseudo = new Map<string, string>();
  const cookies: string[] = [];
  let lines = '';
  let host: string | undefined;
  let length: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const [name, value] = [fields[i]!, fields[i + 1]!];
    if (lineBreak.test(value)) return malformed;
    if (name.startsWith(':')) {
      if (pseudo.has(name)) return malformed;
      pseudo.set(name, value);
    } else if (!fieldName.test(name)) return malformed;
    else if (name === 'cookie') cookies.push(value);
    else if (name === 'host') {
      if (host !== undefined) return malformed;
      host = value;
    } else if (name === 'content-length') {
      if (length !== undefined || !/^\d+$/.test(value)) return malformed;
      length = value;
    } else if (!connectionFields.has(name)) lines += `${name}: ${value}\r\n`;
  }
  const [method, path, authority] = [pseudo.get(':method'), pseudo.get(':path'), pseudo.get(':authority')];
  if (method === 'CONNECT') return { kind: 'connect' };
  if (method === undefined || !token.test(method)) return malformed;
  if (path === undefined || !target.test(path) || (path === '*' && method !== 'OPTIONS')) return malformed;
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase()) return malformed;
  if (ended && length !== undefined && Number(length) !== 0) return malformed;
  const named = authority ?? host;
  const body = ended ? 'none' : length === undefined ? 'chunked' : 'length';
  const head = [
    `${method} ${path} HTTP/1.1\r\n`,
    named === undefined ? '' : `host: ${named}\r\n`,
    lines,
    cookies.length === 0 ? '' : `cookie: ${cookies.join('; ')}\r\n`,
    length === undefined ? '' : `content-length: ${length}\r\n`,
    body === 'chunked' ? 'transfer-encoding: chunked\r\n' : '',
    'connection: close\r\n\r\n',
  ];
  return { kind: 'request', method, head: head.join(''), body };
}
