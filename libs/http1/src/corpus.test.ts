import { describe, expect, it } from 'vitest';
import { corpus } from './testing/corpus.ts';
import { readMessages } from './testing/read-messages.ts';

/**
 * Where this parser accepts what llhttp's strict one refuses, and why.
 * A name may be cut short with an ellipsis.
 */
const accepted: Readonly<Record<string, string>> = {
  'request/invalid.md: HTTP protocol and ANNOUNCE method':
    'methods are open-ended (RFC 9110, 9.1): the origin knows its own',
  'request/invalid.md: Invalid method': 'the same: a relay passes MKCOLA on',
  'request/content-length.md: Error on `Content-Length` overflow':
    'the head is not complete yet; it is refused when it is',
};

/** Where it refuses what llhttp accepts, and why. */
const refused: Readonly<Record<string, string>> = {
  'request/connection.md: CRLF between requests, explicit `close`': 'a quirk of the notation',
  'request/connection.md: Multiple tokens with folding and LWS…':
    'the other protocol follows; a relay tunnels it only after a 101',
  'request/connection.md: Upgrade GET request…': 'the same',
  'request/connection.md: Upgrade POST request…': 'the same',
  'request/method.md: CONNECT request': 'no tunnels here: what follows is read as HTTP and is none',
  'request/method.md: CONNECT with body': 'the same',
  'request/method.md: M-SEARCH request': '* is for OPTIONS alone (RFC 9112, 3.2.4)',
  'request/method.md: SOURCE request with ICE': 'only HTTP',
  'request/method.md: OPTIONS request with RTSP': 'only HTTP',
  'request/method.md: ANNOUNCE request with RTSP': 'only HTTP',
  'request/method.md: PRI request HTTP2': 'HTTP/2 is agreed by ALPN, not by its preface',
  'request/sample.md: No HTTP version': 'no HTTP/0.9',
  'request/transfer-encoding.md: POST with `chunked` as last transfer-encoding…':
    'a fragment is never sent (RFC 9112, 3.2), and codings other than chunked are not spoken',
  'request/uri.md: Fragment in URI': 'a fragment is never sent',
  'request/uri.md: `host:port` and basic auth': 'user information in http URLs is refused (RFC 9110, 4.2.4)',
  'response/connection.md: HTTP 101 response with Upgrade and…': 'the other protocol follows, which the relay tunnels',
  'response/connection.md: HTTP 304 with Content-Length': 'an empty line stands before a response',
  'response/connection.md: HTTP 100 first, then 400': 'an empty line stands before a response',
  'response/pipelining.md: Should parse multiple events': 'an empty line stands before a response',
  'response/sample.md: RTSP response': 'only HTTP',
  'response/sample.md: ICE response': 'only HTTP',
  'response/sample.md: Google 301…': 'bytes follow where its Content-Length ended it',
  'response/sample.md: HTTP version 0.9': 'no HTTP/0.9',
  'response/sample.md: Response starting with CRLF': 'an empty line stands before a response',
  'response/transfer-encoding.md: `chunked` before other…': 'its end could only be guessed (RFC 9112, 6.1)',
  'response/transfer-encoding.md: multiple transfer-encoding where chunked…': 'the same',
  'response/transfer-encoding.md: `chunkedchunked` transfer-encoding…': 'the same',
};

const listed = (list: Readonly<Record<string, string>>, name: string): boolean =>
  Object.keys(list).some((key) => (key.endsWith('…') ? name.startsWith(key.slice(0, -1)) : name === key));

/** The corpus mostly leaves out Host, without which a request is refused whatever else it holds. */
function withHost(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return /^host:/im.test(text)
    ? bytes
    : Buffer.from(text.replaceAll('HTTP/1.1\r\n', 'HTTP/1.1\r\nHost: h\r\n'), 'latin1');
}

const cases = corpus().map((found) => ({
  ...found,
  bytes: found.kind === 'request' ? withHost(found.bytes) : found.bytes,
}));

describe.skipIf(cases.length === 0)('the llhttp corpus', () => {
  it.each(cases)('is judged as the strict parser does, or the difference has a reason: $name', (found) => {
    const { refused: fault } = readMessages(found.kind, found.bytes);
    const expected = (found.refused || listed(refused, found.name)) && !listed(accepted, found.name);
    expect(fault !== undefined, `${fault}: ${JSON.stringify(found.bytes.toString('latin1'))}`).toBe(expected);
  });

  it.each(cases)('is judged the same byte by byte: $name', ({ kind, bytes }) => {
    expect(readMessages(kind, bytes, { pieceBytes: 1 })).toEqual(readMessages(kind, bytes));
  });
});
