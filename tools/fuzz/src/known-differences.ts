import { METHODS } from 'node:http';
import type { Message, Reading } from './reading.ts';

/** Where a reader may go on although Node's parser does not, and why. */
interface KnownDifference {
  readonly reason: string;
  /** `message` is the first one that Node did not take, or not wholly. */
  applies(message: Message, node: Reading): boolean;
}

const knownMethods = new Set(METHODS);

export const knownDifferences: readonly KnownDifference[] = [
  {
    reason: 'methods are open-ended (RFC 9110, 9.1): the origin knows its own',
    applies: ({ method }, { refused }) => refused === 'HPE_INVALID_METHOD' && !knownMethods.has(method),
  },
  {
    reason: 'a relay answers CONNECT itself, whatever it names: no tunnels here',
    applies: ({ method }, { refused }) => method === 'CONNECT' && refused === 'HPE_INVALID_URL',
  },
  {
    reason: 'a tab behind `chunked` is white space (RFC 9110, 5.6.3); llhttp takes only spaces for it',
    applies: ({ fields }, { refused }) =>
      refused === 'HPE_INVALID_TRANSFER_ENCODING' && codings(fields).join().toLowerCase() === 'chunked',
  },
  {
    reason: 'Node reads nothing behind a request to switch protocols; a relay does until it has seen a 101',
    applies: (_message, { messages, refused }) => refused === undefined && asksToSwitch(messages.at(-1)),
  },
];

const codings = (fields: readonly string[]): string[] =>
  fields.filter((_, i) => fields[i - 1]?.toLowerCase() === 'transfer-encoding' && i % 2 === 1);

function asksToSwitch(message: Message | undefined): boolean {
  const names = message?.fields.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()) ?? [];
  return names.includes('upgrade') && names.includes('connection');
}
