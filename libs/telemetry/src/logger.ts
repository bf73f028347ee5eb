import { pino, stdTimeFunctions, type Logger } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The service, as docker-compose.yml names it. */
  readonly name: string;
  /** The replica, such as `api-gateway-1`. */
  readonly instance: string;
  /** pino's levels; default `info`. */
  readonly level?: string | undefined;
}

/** Credentials never reach a log, also when someone logs a whole request. */
const redact = ['authorization', '*.authorization', '*.headers.authorization', '*.password', '*.refreshToken', '*.accessToken'];

/** JSON lines on standard output, one shape for all services. */
export function createLogger({ name, instance, level = 'info' }: LoggerOptions): Logger {
  return pino({ level, redact, base: { service: name, instance }, timestamp: stdTimeFunctions.isoTime });
}
