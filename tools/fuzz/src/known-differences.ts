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
    reason: 'Node reads nothing behind a request to switch protocols; a relay does until it has seen a 101',
    applies: (_message, { messages, refused }) => refused === undefined && asksToSwitch(messages.at(-1)),
  },
];

function asksToSwitch(message: Message | undefined): boolean {
  const names = message?.fields.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()) ?? [];
  return names.includes('upgrade') && names.includes('connection');
}
