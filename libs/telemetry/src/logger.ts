import { destination as streamTo, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The service, as docker-compose.yml names it. */
  readonly name: string;
  /** The replica, such as `api-gateway-1`. */
  readonly instance: string;
  /** pino's levels; default `info`. */
  readonly level?: string | undefined;
  /** Where lines go. Default: standard output. */
  readonly destination?: DestinationStream;
}

/** Credentials never reach a log, also when someone logs a whole request. */
const redact = ['authorization', 'password', 'refreshToken', 'accessToken'].flatMap((key) => [
  key,
  `*.${key}`,
  `*.*.${key}`,
]);

/**
 * JSON lines on standard output, one shape for all services. Lines are written as they come: pino's
 * default queues them and writes the rest at exit, and where the reader has gone that never ends, so
 * a service would outlive the runner that was killed.
 */
export function createLogger({ name, instance, level = 'info', destination }: LoggerOptions): Logger {
  const options = { level, redact, base: { service: name, instance }, timestamp: stdTimeFunctions.isoTime };
  return pino(options, destination ?? streamTo({ dest: 1, sync: true }));
}
