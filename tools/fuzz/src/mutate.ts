import { below, chance, oneOf, type Random } from './random.ts';

const telling = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\t',
  '\v',
  '\f',
  '\x7f',
  '\x80',
  '\xa0',
  '\xff',
  ':',
  ',',
  ';',
  '"',
  '\\',
  '0',
  '#',
  '\r\n ',
  '\r\n\t',
  '\r\r\n',
];

type Mutation = (text: string, at: number, random: Random) => string;

const insert: Mutation = (text, at, random) => text.slice(0, at) + oneOf(random, telling) + text.slice(at);

const mutations: readonly Mutation[] = [
  insert,
  insert,
  // A place that decides something: beside a line end or a colon.
  (text, at, random) => insert(text, near(text, at, /[\r\n:]/g), random),
  (text, at) =>
    text.slice(0, at) + String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << (at % 8))) + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => {
    const end = near(text, at, /[\r\n]/g);
    return text.slice(0, end) + text.slice(end + 1);
  },
  (text, at, random) => text.slice(0, at) + String.fromCharCode(below(random, 256)) + text.slice(at + 1),
  (text, at, random) => insertLine(text, at, `Content-Length: ${below(random, 12)}`),
  (text, at) => insertLine(text, at, 'Transfer-Encoding: chunked'),
  // A line twice: fields that may stand once, chunk sizes, request lines.
  (text, at) => {
    const start = lineStart(text, at);
    const end = text.indexOf('\r\n', start) + 2;
    return end < 2 ? text : text.slice(0, end) + text.slice(start, end) + text.slice(end);
  },
  (text, at) => {
    const start = lineStart(text, at);
    return `${text.slice(0, start)} ${text.slice(start)}`;
  },
  (text, at, random) => text.slice(0, at) + 'y'.repeat(oneOf(random, [8, 300, 9000, 17_000])) + text.slice(at),
  (text, at) => text.slice(0, at),
];

/** Breaks text in one to three places, mostly one, or leaves it as it is. */
export function mutate(text: string, random: Random): string {
  if (chance(random, 0.3)) return text;
  let mutated = text;
  for (let left = 1 + below(random, 1 + below(random, 3)); left > 0; left--)
    mutated = oneOf(random, mutations)(mutated, below(random, mutated.length), random);
  return mutated;
}

function near(text: string, at: number, what: RegExp): number {
  what.lastIndex = at;
  return what.exec(text)?.index ?? at;
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\r\n', at) + (text.includes('\r\n') ? 2 : 0);

function insertLine(text: string, at: number, line: string): string {
  const end = text.indexOf('\r\n', at) + 2;
  return end < 2 ? text : `${text.slice(0, end)}${line}\r\n${text.slice(end)}`;
}
