import { catalogue, type ErrorCode, type ErrorKind } from './catalogue.ts';

/** One thing that is wrong with an input, by its path (`lines[0].quantity`). */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

export interface CodedErrorOptions {
  /** This occurrence, for people. Never holds secrets or internals: it is sent to the client. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
  readonly errors?: readonly FieldFault[] | undefined;
  /** Overrides the catalogue's. Seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** Further response fields, such as Allow or WWW-Authenticate. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * A failure with a stable code. Thrown anywhere, turned into problem+json in one place
 * ({@link problemOf}); the code, not the text, is what clients and alerts depend on.
 */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: readonly FieldFault[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, options: CodedErrorOptions = {}) {
    const kind: ErrorKind = catalogue[code];
    super(options.detail ?? kind.title, { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.status = kind.status;
    this.title = kind.title;
    this.detail = options.detail;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds ?? kind.retryAfterSeconds;
    this.headers = options.headers ?? {};
  }
}

/** Whether `error` is a {@link CodedError}, and of this code when one is given. */
export function isCoded(error: unknown, code?: ErrorCode): error is CodedError {
  return error instanceof CodedError && (code === undefined || error.code === code);
}
