// Bundles each app into one file: node infra/docker/bundle.mjs OUT  ▶  OUT/<app>/main.mjs
//
// One file starts twice as fast as the sources and their packages, and leaves out of the image what
// an app does not use. Names and line numbers of the sources survive in the source map.
import { cpSync, globSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '../..');
const out = resolve(process.argv[2] ?? 'dist/images');

/** Packages with machine code, which cannot be bundled: they are copied with their platform's part. */
const native = ['@node-rs/argon2'];
/** Asked for by `pg` when someone wants it, and never here. */
const absent = ['pg-native'];

/** Maps of other people's code are four fifths of the whole, and every process that logs a stack would read them. */
const mapOursOnly = {
  name: 'map-ours-only',
  transform: { filter: { id: /node_modules/ }, handler: (code) => ({ code, map: { mappings: '' } }) },
};

for (const main of globSync('apps/*/src/main.ts', { cwd: root })) {
  const app = basename(dirname(dirname(main)));
  const bundle = await rolldown({
    input: join(root, main),
    platform: 'node',
    tsconfig: false, // the sources only need their types taken off
    plugins: [mapOursOnly],
    external: [...native, ...absent],
    // An import that cannot be resolved is only a warning there, and a crash in the container.
    onLog(level, log) {
      if (level === 'warn') throw new Error(`${app}: ${log.message}`);
    },
  });
  const { output } = await bundle.write({
    file: join(out, app, 'main.mjs'),
    format: 'esm',
    codeSplitting: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  for (const name of native.filter((name) => output[0].imports.includes(name))) {
    for (const part of globSync(`node_modules/${name}{,-*}`, { cwd: root })) {
      cpSync(join(root, part), join(out, app, part), { recursive: true });
    }
  }
}
