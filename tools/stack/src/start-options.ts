import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { root } from './home.ts';
import { Refusal } from './refusal.ts';

export interface StartOptions {
  readonly pattern: string;
  readonly fresh: boolean;
  /** What to print instead of starting. */
  readonly help: string | undefined;
}

const defaultPattern = 'lb-gw-lb';

/** Reads the flags of `npm start`. @throws Refusal with the usage for a flag or pattern there is not. */
export function startOptions(args: readonly string[]): StartOptions {
  const patterns = readdirSync(`${root}/infra/compose`).flatMap((file) =>
    file.endsWith('.yml') ? [file.slice(0, -4)] : [],
  );
  const usage = `npm start [-- --pattern NAME] [--fresh]
  --pattern NAME   ${patterns.join(' | ')}; default ${defaultPattern}
  --fresh          forget the data of earlier runs
`;
  const { pattern, fresh, help } = parsed(args, usage);
  if (!patterns.includes(pattern)) throw new Refusal(`There is no pattern "${pattern}".\n\n${usage}`);
  return { pattern, fresh, help: help ? usage : undefined };
}

function parsed(args: readonly string[], usage: string): { pattern: string; fresh: boolean; help: boolean } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        pattern: { type: 'string', default: defaultPattern },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
