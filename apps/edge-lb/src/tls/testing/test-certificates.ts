import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Certificates for tests are made when they are run: a key in a repository is a key in use somewhere. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A directory of certificates, until the test ends. */
export interface TestCertificates {
  readonly directory: string;
  /** Makes NAME.crt and NAME.key, in the place of what is there. Returns the path without extension. */
  make(name: string, options?: MakeOptions): string;
  path(name: string): string;
  pem(name: string): { readonly cert: string; readonly key: string };
}

export interface MakeOptions {
  /** subjectAltName's DNS names. Default none. */
  readonly names?: readonly string[];
  /** The name of the pair that signs it. Default itself. */
  readonly by?: string;
}

export function testCertificates(): TestCertificates {
  const directory = mkdtempSync(join(tmpdir(), 'edge-tls-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = (name: string): string => join(directory, name);
  return {
    directory,
    path,
    pem: (name) => ({
      cert: readFileSync(`${path(name)}.crt`, 'utf8'),
      key: readFileSync(`${path(name)}.key`, 'utf8'),
    }),
    make(name, { names = [], by } = {}) {
      const [cert, key] = ['crt', 'key'].map((extension) => `${path(name)}.${extension}`) as [string, string];
      const how = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1'.split(' ');
      const alternatives = names.map((name) => `DNS:${name}`).join(',');
      const extension = names.length === 0 ? [] : ['-addext', `subjectAltName=${alternatives}`];
      const signer = by === undefined ? [] : ['-CA', `${path(by)}.crt`, '-CAkey', `${path(by)}.key`];
      const out = ['-subj', `/CN=${name}`, '-keyout', `${key}.new`, '-out', `${cert}.new`];
      const { status, stderr } = spawnSync('openssl', [...how, ...extension, ...signer, ...out], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`openssl: ${stderr}`);
      renameSync(`${key}.new`, key);
      renameSync(`${cert}.new`, cert);
      return path(name);
    },
  };
}
