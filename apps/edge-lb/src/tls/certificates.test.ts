import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { ConfigError } from '@edgeway/config';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Certificates, type TlsConfig } from './certificates.ts';
import { hasOpenssl, testCertificates } from './testing/test-certificates.ts';
import { recordingLog } from './testing/test-front.ts';

/** Looked at only when a test says so. */
function certificates(tls: Pick<TlsConfig, 'certificates' | 'clientCa'>, pollMs = 3_600_000) {
  const { log, lines } = recordingLog();
  const changed = vi.fn<() => void>();
  const options = { tls: { minVersion: 'TLSv1.2', ...tls } as const, path: 'listeners.public.tls', log, pollMs };
  const certificates = new Certificates(options, changed);
  onTestFinished(() => certificates.close());
  return { certificates, changed, log: lines };
}

describe.skipIf(!hasOpenssl)('a certificate (needs the openssl command)', () => {
  it.each([
    ['shop.example.org', 'shop'],
    ['SHOP.example.ORG', 'shop'],
    ['other.example.org', 'wild'],
    ['www.example.net', 'exact'],
    ['mail.example.net', 'wild'],
    ['a.b.example.org', 'shop'],
    ['example.org', 'shop'],
    ['nobody.test', 'shop'],
    ['localhost', 'shop'],
    ['.example.org', 'shop'],
    ['', 'shop'],
  ])('for %s is chosen: %s', (name, expected) => {
    const files = testCertificates();
    const names = [
      files.make('shop', { names: ['shop.example.org'] }),
      files.make('wild', { names: ['*.example.org', '*.example.net'] }),
      files.make('exact', { names: ['www.example.net', 'shop.example.org'] }),
      files.make('nameless'),
    ];
    expect(certificates({ certificates: names }).certificates.choose(name).pair.name).toBe(files.path(expected));
  });

  it('is read again when its files have changed, and only then', () => {
    const files = testCertificates();
    const { certificates: served, changed } = certificates({ certificates: [files.make('a', { names: ['a.test'] })] });
    const before = served.choose('a.test');
    served.check();
    expect(served.choose('a.test')).toBe(before);
    files.make('a', { names: ['b.test'] });
    served.check();
    expect(served.choose('b.test').pair.names).toEqual(['b.test']);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('is read again when a symbolic link on its path has turned, as that of a mounted secret does', () => {
    const [old, next] = [testCertificates(), testCertificates()];
    old.make('tls', { names: ['old.test'] });
    next.make('tls', { names: ['next.test'] });
    const mount = testCertificates();
    symlinkSync(old.directory, mount.path('..data'));
    const { certificates: served } = certificates({ certificates: [mount.path('..data/tls')] });
    symlinkSync(next.directory, mount.path('..new'));
    renameSync(mount.path('..new'), mount.path('..data'));
    served.check();
    expect(served.fallback.pair.names).toEqual(['next.test']);
  });

  it('is looked at by itself, until it is closed', async () => {
    const files = testCertificates();
    const { certificates: served, changed } = certificates(
      { certificates: [files.make('a', { names: ['a.test'] })] },
      10,
    );
    files.make('a', { names: ['b.test'] });
    await expect.poll(() => served.fallback.pair.names).toEqual(['b.test']);
    served.close();
    const { length } = changed.mock.calls;
    files.make('a', { names: ['c.test'] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(changed).toHaveBeenCalledTimes(length);
  });

  it.each([
    ['is another certificate’s', (file: string, other: string) => writeFileSync(file, readFileSync(other))],
    ['is half written', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 60))],
    ['is gone', (file: string) => renameSync(file, `${file}.gone`)],
  ])('whose key %s is not taken: the old one stays until there is a good one', (_what, spoil) => {
    const files = testCertificates();
    files.make('other');
    const {
      certificates: served,
      changed,
      log,
    } = certificates({ certificates: [files.make('a', { names: ['a.test'] })] });
    const before = served.fallback;
    spoil(`${files.path('a')}.key`, `${files.path('other')}.key`);
    served.check();
    served.check();
    expect(served.fallback).toBe(before);
    expect(changed).not.toHaveBeenCalled();
    expect(log).toMatchObject([{ certificate: files.path('a'), msg: 'certificate not reloaded, the old one is kept' }]);
    files.make('a', { names: ['b.test'] });
    served.check();
    expect(served.fallback.pair.names).toEqual(['b.test']);
  });

  it('that is broken keeps none of the others from being reloaded', () => {
    const files = testCertificates();
    const names = [files.make('a', { names: ['a.test'] }), files.make('b', { names: ['b.test'] })];
    const { certificates: served } = certificates({ certificates: names });
    writeFileSync(`${names[0]}.crt`, 'broken');
    files.make('b', { names: ['c.test'] });
    served.check();
    expect([served.choose('a.test'), served.choose('c.test')].map(({ pair }) => pair.name)).toEqual(names);
  });

  it('that cannot be used at start is refused, with all others, by path', () => {
    const files = testCertificates();
    const mixed = files.make('mixed');
    writeFileSync(`${mixed}.key`, files.pem(files.make('other').slice(files.directory.length + 1)).key);
    writeFileSync(files.path('empty.pem'), '');
    const attempt = () =>
      certificates({
        certificates: [files.make('good'), files.path('none'), mixed],
        clientCa: files.path('empty.pem'),
      });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(
      /^edge-lb\.yaml: 3 faults\n {2}listeners\.public\.tls\.certificates\[1\] .*ENOENT.*\n.*certificates\[2\] .*\n.*tls\.clientCa/,
    );
  });
});

describe.skipIf(!hasOpenssl)('the client CA (needs the openssl command)', () => {
  it('is read again, and kept where what came holds none', () => {
    const files = testCertificates();
    const [a, b] = ['a', 'b'].map((name) => `${files.make(name)}.crt`) as [string, string];
    writeFileSync(files.path('ca.pem'), readFileSync(a));
    const { certificates: served } = certificates({ certificates: [files.make('s')], clientCa: files.path('ca.pem') });
    writeFileSync(files.path('ca.pem'), readFileSync(b));
    served.check();
    expect(served.fallback.options.ca).toBe(readFileSync(b, 'latin1'));
    writeFileSync(files.path('ca.pem'), '');
    served.check();
    expect(served.fallback.options.ca).toBe(readFileSync(b, 'latin1'));
  });
});
