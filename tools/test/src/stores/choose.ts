import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { StoreSource } from './source.ts';

/** Whether a Docker engine answers within 5 s. A client without an engine does not count. */
export async function dockerAnswers(): Promise<boolean> {
  try {
    await promisify(execFile)('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * Containers where Docker answers, else embedded. `EDGEWAY_TEST_STORES=containers|embedded` decides
 * by hand. Only the chosen kind is loaded: testcontainers takes 400 ms to import.
 *
 * @throws RangeError on any other value.
 */
export async function chooseStores(env: NodeJS.ProcessEnv): Promise<StoreSource> {
  const wanted = env['EDGEWAY_TEST_STORES'] ?? ((await dockerAnswers()) ? 'containers' : 'embedded');
  if (wanted === 'embedded') return (await import('./embedded.ts')).embeddedStores;
  if (wanted === 'containers') return (await import('./containers.ts')).containerStores;
  throw new RangeError(`EDGEWAY_TEST_STORES must be containers or embedded, got "${wanted}"`);
}
