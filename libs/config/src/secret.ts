import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.ts';

/**
 * A secret, from the file that `NAME_FILE` names, else from `NAME` itself. Files first: an
 * environment is inherited by children and shown by `docker inspect`, a mounted file is not.
 *
 * @throws ConfigError when neither is given, or the file is empty or cannot be read.
 */
export function readSecret(env: NodeJS.ProcessEnv, name: string): string {
  const secret = readOptionalSecret(env, name);
  if (secret !== undefined) return secret;
  throw new ConfigError('environment', [
    { path: `${name}_FILE`, message: 'is required: the path of a file that holds the secret' },
  ]);
}

/** {@link readSecret}, but `undefined` when neither variable is set. A named file must still be readable. */
export function readOptionalSecret(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') return env[name] === '' ? undefined : env[name];
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return text;
  } catch (error) {
    throw new ConfigError(
      'environment',
      [{ path: `${name}_FILE`, message: `cannot be read: ${String(error)}` }],
      error,
    );
  }
  throw new ConfigError('environment', [{ path: `${name}_FILE`, message: `${file} is empty` }]);
}
