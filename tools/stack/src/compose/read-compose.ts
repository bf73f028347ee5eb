import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, interpolate, schemaFaults } from '@edgeway/config';
import { parseDocument } from 'yaml';
import { mergeCompose } from './merge.ts';
import { ComposeFile } from './schema.ts';

/**
 * Reads docker-compose.yml with an override laid over it. Services that a profile switches off are gone.
 *
 * @throws ConfigError with every fault by path.
 */
export function readCompose(root: string, files: readonly string[], env: NodeJS.ProcessEnv): ComposeFile {
  const merged = files
    .map((file) => parseFile(root, file, env))
    .reduce((base, override) => mergeCompose(base, override));
  const result = ComposeFile.safeParse(merged);
  if (!result.success) throw new ConfigError(files.join(' + '), schemaFaults(result.error));
  const services = Object.entries(result.data.services).filter(([, { profiles }]) => profiles.length === 0);
  return { services: Object.fromEntries(services) };
}

function parseFile(root: string, file: string, env: NodeJS.ProcessEnv): unknown {
  const document = parseDocument(readText(root, file), { merge: true });
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map(({ message, linePos }) => ({
        path: `line ${linePos?.[0].line ?? '?'}`,
        message: message.split('\n', 1)[0]!,
      })),
    );
  return interpolateAll(document.toJS(), file, env);
}

function readText(root: string, file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    throw new ConfigError(file, [{ path: '.', message: `cannot be read: ${String(error)}` }], error);
  }
}

function interpolateAll(value: unknown, file: string, env: NodeJS.ProcessEnv): unknown {
  if (typeof value === 'string') {
    const { text, faults } = interpolate(value, env);
    if (faults.length > 0) throw new ConfigError(file, faults);
    return text;
  }
  if (Array.isArray(value)) return value.map((item) => interpolateAll(item, file, env));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolateAll(item, file, env)]));
  return value;
}
