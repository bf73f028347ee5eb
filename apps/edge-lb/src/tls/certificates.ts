import { statSync } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigError } from '@edgeway/config';
import type { Logger } from '@edgeway/telemetry';
import type { ListenerConfig } from '../config/listener.ts';
import { pairFiles, readAuthorities, readPair, type CertificatePair } from './certificate-pair.ts';

export type TlsConfig = NonNullable<ListenerConfig['tls']>;

export interface CertificatesOptions {
  readonly tls: TlsConfig;
  /** Where `tls` stands in the config file, for faults: `listeners.public.tls`. */
  readonly path: string;
  readonly log: Logger;
  /** How often files are looked at. Milliseconds, default 1000. */
  readonly pollMs?: number | undefined;
}

/** A certificate, ready to serve. */
export interface Served {
  readonly pair: CertificatePair;
  /** What its context is made of. */
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

/**
 * Any of one server: a session begun under one certificate may be resumed under another, which OpenSSL
 * refuses, and fails the handshake with client certificates, where this is not set on every context.
 */
const sessionIdContext = 'edge-lb';

/**
 * The certificates of a listener: chosen by server name, read again when their files change.
 *
 * Files are polled, not watched: a mounted secret is replaced by turning a symbolic link, of which a
 * watch on the file says nothing. A pair whose halves do not fit, because only one has been written
 * yet, is left for the next look; the old one is served until then.
 */
export class Certificates {
  private readonly tls: TlsConfig;
  private readonly log: Logger;
  private readonly onChange: () => void;
  private readonly timer: NodeJS.Timeout;
  private readonly stamps: string[];
  private authoritiesStamp: string;
  private authorities: string | undefined;
  private pairs: CertificatePair[];
  private served: readonly Served[];
  private exact = new Map<string, Served>();
  /** By what follows the star: `.example.org`. */
  private wildcards = new Map<string, Served>();

  /**
   * @param onChange is called after others are served than before; connections that are open stay.
   * @throws ConfigError with every file that cannot be used.
   */
  constructor({ tls, path, log, pollMs = 1000 }: CertificatesOptions, onChange: () => void = () => {}) {
    this.tls = tls;
    this.log = log;
    this.onChange = onChange;
    // Before they are read: what changes meanwhile is seen at the next look.
    this.stamps = tls.certificates.map((name) => stampOf(pairFiles(name)));
    this.authoritiesStamp = stampOf(authorityFiles(tls));
    const loaded = readAll(tls, path);
    this.pairs = loaded.pairs;
    this.authorities = loaded.authorities;
    this.served = this.serve();
    this.timer = setInterval(() => this.check(), pollMs).unref();
  }

  /** What clients get that name no server, or one that no certificate is for: the first. */
  get fallback(): Served {
    return this.served[0]!;
  }

  /** The certificate for this name: one that has it, else one with `*.` for its first label, else {@link fallback}. */
  choose(serverName: string): Served {
    const name = serverName.toLowerCase();
    const dot = name.indexOf('.');
    const wildcard = dot > 0 ? this.wildcards.get(name.slice(dot)) : undefined;
    return this.exact.get(name) ?? wildcard ?? this.fallback;
  }

  /** Reads again what has changed. */
  check(): void {
    const changed = this.authoritiesChanged();
    const reloaded = this.tls.certificates.filter((name, i) => this.pairChanged(name, i));
    if (!changed && reloaded.length === 0) return;
    this.served = this.serve();
    this.onChange();
    this.log.info({ certificates: reloaded, clientCa: changed }, 'certificates reloaded');
  }

  /** Looks no more. */
  close(): void {
    clearInterval(this.timer);
  }

  private pairChanged(name: string, i: number): boolean {
    const stamp = stampOf(pairFiles(name));
    if (stamp === this.stamps[i]) return false;
    this.stamps[i] = stamp;
    try {
      this.pairs[i] = readPair(name);
      return true;
    } catch (cause) {
      this.log.error({ certificate: name, cause: messageOf(cause) }, 'certificate not reloaded, the old one is kept');
      return false;
    }
  }

  private authoritiesChanged(): boolean {
    const stamp = stampOf(authorityFiles(this.tls));
    if (stamp === this.authoritiesStamp) return false;
    this.authoritiesStamp = stamp;
    try {
      this.authorities = readAuthorities(this.tls.clientCa!);
      return true;
    } catch (cause) {
      const { clientCa } = this.tls;
      this.log.error({ clientCa, cause: messageOf(cause) }, 'client CA not reloaded, the old one is kept');
      return false;
    }
  }

  private serve(): readonly Served[] {
    const served = this.pairs.map((pair) => this.serveOne(pair));
    this.exact = new Map();
    this.wildcards = new Map();
    // From the last to the first, so that the first that has a name keeps it.
    for (const one of served.toReversed())
      for (const name of one.pair.names)
        if (name.startsWith('*.')) this.wildcards.set(name.slice(1), one);
        else this.exact.set(name, one);
    return served;
  }

  private serveOne(pair: CertificatePair): Served {
    const { cert, key } = pair;
    const { minVersion } = this.tls;
    const authorities = this.authorities === undefined ? {} : { ca: this.authorities };
    const options = { cert, key, minVersion, sessionIdContext, ...authorities };
    return { pair, options, context: createSecureContext(options) };
  }
}

function readAll(tls: TlsConfig, path: string): { pairs: CertificatePair[]; authorities: string | undefined } {
  const faults: { path: string; message: string }[] = [];
  const causes: unknown[] = [];
  const attempt = <T>(at: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (cause) {
      faults.push({ path: `${path}.${at}`, message: `cannot be used: ${messageOf(cause)}` });
      causes.push(cause);
      return undefined;
    }
  };
  const pairs = tls.certificates.map((name, i) => attempt(`certificates[${i}]`, () => readPair(name)));
  const { clientCa } = tls;
  const authorities = clientCa === undefined ? undefined : attempt('clientCa', () => readAuthorities(clientCa));
  if (faults.length > 0) throw new ConfigError('edge-lb.yaml', faults, causes[0]);
  return { pairs: pairs.filter((pair) => pair !== undefined), authorities };
}

const authorityFiles = ({ clientCa }: TlsConfig): string[] => (clientCa === undefined ? [] : [clientCa]);

/** Changes when what is found under these paths is another file or another content. */
const stampOf = (files: readonly string[]): string => files.map(stampOfFile).join(' ');

function stampOfFile(file: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(file);
    return [ino, size, mtimeMs, ctimeMs].join(':');
  } catch (error) {
    return messageOf(error);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
