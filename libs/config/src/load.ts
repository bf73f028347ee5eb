import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { deepFreeze } from './deep-freeze.ts';
import { interpolate } from './interpolate.ts';
import { schemaFaults } from './schema-faults.ts';

export interface LoadConfigOptions<T> {
  /** A YAML file; relative to the working directory. */
  readonly file: string;
  readonly schema: z.ZodType<T>;
  /** Fills `${NAME:-default}` in the file. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Reads, interpolates, parses, checks and freezes one config file.
 *
 * @throws ConfigError with all faults at once: someone fixing a file should not find them one start at a time.
 */
export function loadConfig<T>({ file, schema, env = process.env }: LoadConfigOptions<T>): T {
  return parseConfig(file, readText(file), schema, env);
}

/** {@link loadConfig} over a text that is already at hand. */
export function parseConfig<T>(source: string, text: string, schema: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const filled = interpolate(text, env);
  if (filled.faults.length > 0) throw new ConfigError(source, filled.faults);
  const document = parseDocument(filled.text, { merge: true, prettyErrors: true });
  if (document.errors.length > 0)
    throw new ConfigError(
      source,
      document.errors.map((error) => ({ path: lineOf(error.linePos), message: firstLine(error.message) })),
    );
  return check(source, document.toJS({ maxAliasCount: 50 }) ?? {}, schema);
}

/** The same for environment variables. */
export function loadEnv<T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv = process.env): T {
  return check('environment', env, schema);
}

function check<T>(source: string, value: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new ConfigError(source, schemaFaults(result.error));
  return deepFreeze(result.data);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [{ path: '.', message: `cannot be read: ${String(error)}` }], error);
  }
}

const lineOf = (position: readonly { readonly line: number }[] | undefined): string =>
  `line ${position?.[0]?.line ?? '?'}`;
const firstLine = (text: string): string => text.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '');
