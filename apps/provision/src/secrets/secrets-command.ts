import { loadEnv } from '@edgeway/config';
import type { Logger } from '@edgeway/telemetry';
import { z } from 'zod';
import { makeSecrets } from './make-secrets.ts';
import { secretDirectory } from './secret-directory.ts';

const directory = z.string().min(1);

const SecretsEnvironment = z.object({
  POSTGRES_SECRETS: directory,
  REDIS_SECRETS: directory,
  GATEWAY_SECRETS: directory,
  USER_SECRETS: directory,
  ORDER_SECRETS: directory,
  BFF_SECRETS: directory,
  /**
   * Octal, default 0600. The image says 0444: there each reader is another user, and the volume it
   * is given says what it may read.
   */
  SECRETS_FILE_MODE: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'must be an octal mode such as 0600')
    .default('0600'),
});

/** `secrets`: passwords and keys, made once, in the directories that the environment names. */
export async function secretsCommand(env: NodeJS.ProcessEnv, log: Logger): Promise<void> {
  const settings = loadEnv(SecretsEnvironment, env);
  const written: string[] = [];
  const open = (path: string) =>
    secretDirectory(path, {
      fileMode: Number.parseInt(settings.SECRETS_FILE_MODE, 8),
      onWrite: (file) => written.push(file),
    });
  await makeSecrets({
    postgres: open(settings.POSTGRES_SECRETS),
    redis: open(settings.REDIS_SECRETS),
    gateway: open(settings.GATEWAY_SECRETS),
    user: open(settings.USER_SECRETS),
    order: open(settings.ORDER_SECRETS),
    bff: open(settings.BFF_SECRETS),
  });
  log.info({ written }, 'secrets ready');
}
