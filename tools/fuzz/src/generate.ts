import { below, chance, oneOf, type Random } from './random.ts';

const methods = [
  'GET',
  'GET',
  'POST',
  'POST',
  'PUT',
  'HEAD',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'CONNECT',
  'M-SEARCH',
  'BREW',
];
const targets = [
  '/',
  '/a/b?c=d&e',
  '//x/../y',
  '/%2e%2e/%00',
  '/?',
  '/{}|\\^`"<>',
  '*',
  'http://h/p?q',
  'http://h',
  'http://h?q',
  'HTTP://[::1]:80/x',
  'https://h:443/',
  'http://u@h/',
  'http:///x',
  'h:80',
  '/a#b',
  '/a;b=1,2',
];
const versions = ['1.1', '1.1', '1.1', '1.1', '1.1', '1.1', '1.0', '1.0', '0.9', '2.0', '1.2'];
const hosts = ['h', 'h', 'h', 'h:80', '[::1]', '', 'a,b', 'a b', 'u@h', 'h/p'];
const fields = [
  'Connection: close',
  'Connection: keep-alive',
  'Connection: Keep-Alive, X-A',
  'Connection: ,close,',
  'Connection: closed',
  'Connection: upgrade\r\nUpgrade: websocket',
  'Connection: keep-alive\r\nConnection: close',
  'Expect: 100-continue',
  'Expect: nothing',
  'TE: trailers',
  'X-A:',
  'X-A:\t b \t',
  'X-A: "q\\"uo, ted"; x=1',
  'x-a: \xe9\xff',
  "!#$%&'*+-.^_`|~: 1",
  'Content-Type: text/plain',
  'Cookie: a=b; c=d',
  'Trailer: X-T',
  'X-Long: '.padEnd(2000, 'x'),
];
const oddLengths = [
  '+3',
  '-1',
  '3,3',
  '3, 3',
  '0x3',
  '3.0',
  ' 3 ',
  '\t3',
  '03',
  '',
  '1e1',
  '3 4',
  '18446744073709551619',
  '4294967299',
];
const oddCodings = [
  'chunked, chunked',
  'gzip, chunked',
  'chunked, identity',
  'identity',
  'Chunked',
  'CHUNKED ',
  '\tchunked',
  'xchunked',
  'chunked,',
  ',chunked',
  '"chunked"',
  'chunked;q=1',
  '',
  'chunked\r\nTransfer-Encoding: chunked',
  'gzip\r\nTransfer-Encoding: chunked',
  'chunked\r\nTransfer-Encoding: identity',
];
const extensions = [
  '',
  '',
  '',
  ';a',
  ';a=b',
  ';a="b;\\"c"',
  ' ;a',
  '; a=b',
  ';a=',
  ';',
  ';;',
  ';a="',
  ' ',
  ';a=b;c',
  ';a b',
  '\t',
];
const trailers = [
  '',
  '',
  '',
  'X-T: 1\r\n',
  'X-T: 1\r\nX-U: 2\r\n',
  'Content-Length: 3\r\n',
  'Host: b\r\n',
  'X T: 1\r\n',
  ' x\r\n',
  'X-T\r\n',
];

/** A connection's requests, most of them valid. Some hold what parsers are known to disagree on. */
export function generate(random: Random): string {
  let text = chance(random, 0.05) ? '\r\n'.repeat(1 + below(random, 2)) : '';
  for (let left = 1 + below(random, 3); left > 0; left--) text += request(random);
  return text;
}

function request(random: Random): string {
  const [framing, body] = framed(random);
  const rare = <T>(common: T, choices: readonly T[], probability: number): T =>
    chance(random, probability) ? oneOf(random, choices) : common;
  const method = oneOf(random, chance(random, 0.9) ? methods.slice(0, 8) : methods);
  const line = `${method} ${rare('/', targets, 0.4)} HTTP/${rare('1.1', versions, 0.2)}\r\n`;
  const lines = chance(random, 0.96) ? [`Host: ${rare('h', hosts, 0.1)}`] : [];
  for (let left = chance(random, 0.6) ? below(random, 4) : 0; left > 0; left--) lines.push(oneOf(random, fields));
  if (chance(random, 0.01)) for (let i = 0; i < 120; i++) lines.push(`X-${i}: ${i}`);
  lines.splice(below(random, lines.length + 1), 0, ...framing);
  return `${line}${lines.map((text) => `${text}\r\n`).join('')}\r\n${body}`;
}

/** Fields that say where the body ends, and the body. */
function framed(random: Random): [fields: string[], body: string] {
  const kind = random();
  if (kind < 0.35) return [[], ''];
  const content = oneOf(random, [
    '',
    'abc',
    '0\r\n\r\n',
    'GET /x HTTP/1.1\r\nHost: h\r\n\r\n',
    '\r\n',
    'x'.repeat(300),
  ]);
  const length = `Content-Length: ${chance(random, 0.1) ? oneOf(random, oddLengths) : content.length}`;
  if (kind < 0.6) return [[length], content];
  const coding = `Transfer-Encoding: ${chance(random, 0.15) ? oneOf(random, oddCodings) : 'chunked'}`;
  if (kind < 0.92) return [[coding], chunks(random, content)];
  return [
    oneOf(random, [
      [length, coding],
      [coding, length],
      [length, length],
      [length, `content-length: ${below(random, 9)}`],
    ]),
    chance(random, 0.5) ? content : chunks(random, content),
  ];
}

function chunks(random: Random, content: string): string {
  let text = '';
  for (let at = 0; at < content.length;) {
    const size = 1 + below(random, content.length - at);
    text += `${sizeOf(random, size)}\r\n${content.slice(at, at + size)}\r\n`;
    at += size;
  }
  return `${text}${sizeOf(random, 0)}\r\n${oneOf(random, trailers)}\r\n`;
}

function sizeOf(random: Random, size: number): string {
  const hex = size.toString(16);
  const odd = [
    `0${hex}`,
    `0x${hex}`,
    ` ${hex}`,
    `${hex} `,
    `+${hex}`,
    `-${hex}`,
    hex.padStart(17, '0'),
    `1${hex.padStart(16, '0')}`,
    '',
  ];
  return `${chance(random, 0.05) ? oneOf(random, odd) : hex.toUpperCase()}${chance(random, 0.2) ? oneOf(random, extensions) : ''}`;
}
