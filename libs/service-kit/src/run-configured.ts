import { ConfigError } from '@edgeway/config';
import { runService, type Running, type ServiceContext } from './run-service.ts';

export interface ConfiguredService<T> {
  readonly name: string;
  /** Reads and checks a file. Throws ConfigError. */
  readonly load: (file: string) => T;
  /** @param file where the config came from, for those that follow it (`watchConfig`). */
  readonly start: (context: ServiceContext, config: T, file: string) => Promise<Running>;
}

/**
 * The command line of a service with a config file: `run FILE` (or CONFIG_FILE without arguments),
 * and `check FILE`, which lists every fault and starts nothing.
 */
export async function runConfigured<T>({ name, load, start }: ConfiguredService<T>): Promise<void> {
  const [command = 'run', file = process.env['CONFIG_FILE']] = process.argv.slice(2);
  if (!['run', 'check'].includes(command) || file === undefined) {
    process.stderr.write(`usage: ${name} run|check FILE   (without arguments: run $CONFIG_FILE)\n`);
    process.exit(2);
  }
  if (command === 'run') return runService(name, async (context) => start(context, load(file), file));
  try {
    load(file);
    process.stdout.write(`${file}: ok\n`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
