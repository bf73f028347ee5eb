import { hostname } from 'node:os';
import { ConfigError } from '@edgeway/config';
import { createDiscovery, type Discovery } from '@edgeway/discovery';
import { createLogger, type Logger } from '@edgeway/telemetry';

/** What every service is given at start. */
export interface ServiceContext {
  readonly name: string;
  /** This replica: `EDGEWAY_INSTANCE`, else the host's name (a container's id). */
  readonly instance: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly discovery: Discovery;
  /** Aborts when the process has been asked to stop: readiness turns negative, loops end. */
  readonly draining: AbortSignal;
}

/** A service that has started. */
export interface Running {
  /** Stops taking work and settles when what was taken is done. */
  drain(): Promise<void>;
  /** Gives back connections and files, after the drain. */
  close?(): Promise<void>;
}

/** Work in flight has this long to finish. `DRAIN_SECONDS`, default 10: under docker's grace of 15. */
const defaultDrainSeconds = 10;
const parentGone = 'parent gone';

/**
 * Runs a process from start to a clean end. SIGTERM, SIGINT or the loss of the parent that spawned
 * it (IPC) drain it; a second signal ends it at once.
 *
 * Exit codes: 0 after a drain, 1 when the config is faulty or start fails, 70 on a bug (EX_SOFTWARE),
 * so that a supervisor restarts it instead of a process limping on in an unknown state.
 */
export async function runService(name: string, start: (context: ServiceContext) => Promise<Running>): Promise<void> {
  const { env } = process;
  const instance = env['EDGEWAY_INSTANCE'] ?? hostname();
  const log = createLogger({ name, instance, level: env['LOG_LEVEL'] });
  const drained = new AbortController();
  const asked = stopAsked(() => drained.abort());
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception');
    process.exit(70);
  });
  try {
    const running = await start({
      name,
      instance,
      env,
      log,
      discovery: createDiscovery(env),
      draining: drained.signal,
    });
    log.info('started');
    const reason = await asked;
    const orphaned = reason === parentGone;
    if (orphaned) log.level = 'silent';
    log.info({ reason }, 'draining');
    const finish = async (): Promise<void> => {
      await running.drain();
      await running.close?.();
    };
    await Promise.race([finish(), drainTimeout(env, log)]);
    // Nobody reads our output any more: exit handlers that flush it would wait for ever.
    if (orphaned) process.kill(process.pid, 'SIGKILL');
    log.info('stopped');
    process.exit(0);
  } catch (error) {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else log.fatal({ err: error }, 'start failed');
    process.exit(1);
  }
}

function stopAsked(onAsked: () => void): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (reason: string): void => {
      if (asked) process.exit(130);
      asked = true;
      onAsked();
      resolve(reason);
    };
    process.on('SIGTERM', () => ask('SIGTERM'));
    process.on('SIGINT', () => ask('SIGINT'));
    // A parent that was killed cannot signal; its channel closes instead.
    // It may have gone while this program was still loading.
    if ('connected' in process && !process.connected) ask(parentGone);
    else process.once('disconnect', () => !asked && ask(parentGone));
  });
}

function drainTimeout(env: NodeJS.ProcessEnv, log: Logger): Promise<void> {
  const seconds = Number(env['DRAIN_SECONDS'] ?? defaultDrainSeconds);
  return new Promise((resolve) => {
    setTimeout(() => {
      log.warn({ seconds }, 'drain timed out; work in flight is cut');
      resolve();
    }, seconds * 1000).unref();
  });
}
