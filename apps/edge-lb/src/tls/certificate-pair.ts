import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** A certificate chain with its key, as text, and the host names it stands for. */
export interface CertificatePair {
  /** The path without extension. */
  readonly name: string;
  readonly cert: string;
  readonly key: string;
  /** DNS names of subjectAltName in lower case, wildcards too. None: it serves as the default only. */
  readonly names: readonly string[];
}

/** The files of a pair: NAME.crt and NAME.key. */
export const pairFiles = (name: string): [crt: string, key: string] => [`${name}.crt`, `${name}.key`];

/**
 * Reads a pair.
 *
 * @throws when a file cannot be read, holds no PEM, or the key belongs to another certificate.
 */
export function readPair(name: string): CertificatePair {
  const [cert = '', key = ''] = pairFiles(name).map((file) => readFileSync(file, 'latin1'));
  // The first of a chain is the server's own.
  const { subjectAltName = '' } = new X509Certificate(cert);
  createSecureContext({ cert, key });
  return { name, cert, key, names: dnsNames(subjectAltName) };
}

/**
 * Reads a file of CA certificates.
 *
 * @throws when it holds none: Node would then believe every CA the system knows.
 */
export function readAuthorities(file: string): string {
  const text = readFileSync(file, 'latin1');
  void new X509Certificate(text);
  return text;
}

/** From `DNS:a.example.org, DNS:*.b.example.org, IP Address:10.0.0.1`. A quoted name holds what no host name does. */
const dnsNames = (subjectAltName: string): string[] =>
  Array.from(subjectAltName.matchAll(/(?:^|, )DNS:([\w.*-]+)(?=,|$)/g), ([, name = '']) => name.toLowerCase());
