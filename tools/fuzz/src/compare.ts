import { knownDifferences } from './known-differences.ts';
import type { Message, Reading } from './reading.ts';

/**
 * What a reader does that Node's strict parser does not, in one line; `undefined` when all it does is
 * refuse more. Each way of reading further, or of seeing other messages, is a way to smuggle one.
 */
export function disagreement(ours: Reading, node: Reading): string | undefined {
  for (const [i, message] of ours.messages.entries()) {
    const theirs = node.messages[i];
    if (knownDifferences.some(({ applies }) => theirs?.complete !== true && applies(message, node))) return undefined;
    if (theirs === undefined) return `message ${i + 1} is accepted; Node ${why(node)}`;
    const different = (['method', 'target', 'fields'] as const).find(
      (part) => JSON.stringify(message[part]) !== JSON.stringify(theirs[part]),
    );
    if (different !== undefined) return `message ${i + 1}: another ${different} than Node's`;
    const fault = bodyFault(message, theirs, ours, node);
    if (fault !== undefined) return `message ${i + 1}: ${fault}`;
  }
  return undefined;
}

function bodyFault(message: Message, theirs: Message, ours: Reading, node: Reading): string | undefined {
  if (message.complete) {
    if (!theirs.complete) return `its body is complete; for Node it is not (${why(node)})`;
    return message.body === theirs.body ? undefined : "another body than Node's";
  }
  // Refused on the way: what was read until then is no message for anybody.
  if (ours.refused !== undefined) return undefined;
  if (theirs.complete) return 'more of its body is waited for; for Node it is complete';
  if (node.refused !== undefined) return `its body goes on; Node ${why(node)}`;
  return message.body === theirs.body ? undefined : 'other bytes of its body than Node has';
}

const why = ({ refused, closed }: Reading): string =>
  refused === undefined ? (closed ? 'has closed' : 'waits') : `refuses: ${refused}`;
