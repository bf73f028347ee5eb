import { hash, verify } from '@node-rs/argon2';
import { CodedError } from '@edgeway/errors';

/** argon2id (the library's default), OWASP Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface PasswordsOptions {
  /** Hashes at the same time: each takes a core and 19 MiB. Default 2. */
  readonly concurrency?: number;
  /** Callers that may wait for their turn; more are refused. Default 64. */
  readonly queue?: number;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes the same time whether or not there is a hash to compare with. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
}

/**
 * Hashes passwords within bounds: sign-ins in a flood wait or are refused (HASHING_BUSY), they do not
 * take the machine's memory and cores from everyone else.
 */
export function createPasswords({ concurrency = 2, queue = 64 }: PasswordsOptions = {}): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) {
      if (waiting.length >= queue) throw new CodedError('HASHING_BUSY');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // The turn is handed on, not given back, so that no newcomer slips in between.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
  const decoy = hash(crypto.randomUUID(), parameters);
  return {
    hash: (password) => inTurn(() => hash(password, parameters)),
    verify: (known, password) =>
      inTurn(async () => (await verify(known ?? (await decoy), password)) && known !== undefined),
  };
}
