// Runs a TypeScript entry on any machine with Node 20 and npm: node tools/bootstrap.mjs SCRIPT [ARGS]
// Uses the running Node when it is new enough, else fetches a pinned one; installs dependencies when
// the lock has changed. Plain JavaScript without dependencies, since nothing is installed yet.
import { spawn } from 'node:child_process';
import { delimiter, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './bootstrap/dependencies.mjs';
import { ensureNode } from './bootstrap/node.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [script, ...args] = process.argv.slice(2);

try {
  const node = ensureNode(root);
  process.env.PATH = `${dirname(node)}${delimiter}${process.env.PATH}`;
  ensureDependencies(root, node);
  run(node);
} catch (error) {
  process.stderr.write(`\n${error.message}\n`);
  process.exit(1);
}

function run(node) {
  const child = spawn(node, [resolve(root, script), ...args], { stdio: 'inherit' });
  // Ctrl-C reaches the whole process group: the child acts on it, and this process waits for its end.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event !== undefined) endWithNpm(child);
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** npm hands SIGTERM to the shell between us, which ends without a word: that it has gone is the word. */
function endWithNpm(child) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 250);
}
