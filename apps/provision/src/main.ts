import { hostname } from 'node:os';
import { ConfigError } from '@edgeway/config';
import { createLogger, type Logger } from '@edgeway/telemetry';

type Command = (env: NodeJS.ProcessEnv, log: Logger) => Promise<void>;

/** Loaded when asked for: `secrets` runs at every start and should not wait for a database client. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  secrets: async () => (await import('./secrets/secrets-command.ts')).secretsCommand,
  databases: async () => (await import('./databases/databases-command.ts')).databasesCommand,
};

const { env, argv } = process;
const load = commands[argv[2] ?? ''];
if (load === undefined || argv.length > 3) {
  process.stderr.write(`usage: provision ${Object.keys(commands).join('|')}\n`);
  process.exit(2);
}
const log = createLogger({
  name: `provision-${argv[2]}`,
  instance: env['EDGEWAY_INSTANCE'] ?? hostname(),
  level: env['LOG_LEVEL'],
});
try {
  const command = await load();
  await command(env, log);
} catch (error) {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else log.fatal({ err: error }, 'failed');
  process.exitCode = 1;
}
