import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@edgeway/stack/free-port';
import { answers } from './engines.ts';
import { onPath, type Lab } from './lab.ts';
import { nginxUpstream } from './peer-configs.ts';

/** Some 90 bytes, as a small API would answer. */
const answer = '{"id":"8f14e45f-ceea-467f-a0e6-1f2c3d4e5f60","name":"an order","status":"paid","items":3}';

/**
 * What answers behind every engine: NGINX where there is one, because it is quicker than any engine
 * measured here, else Node. `/big` is a file of zeros that takes no place on the disk.
 *
 * @returns its port.
 */
export async function startUpstream(lab: Lab, bigBytes: number): Promise<{ port: number; kind: 'nginx' | 'node' }> {
  const port = await freePort();
  const kind = onPath('nginx') ? 'nginx' : 'node';
  const big = openSync(join(lab.folder, 'big'), 'w');
  ftruncateSync(big, bigBytes);
  closeSync(big);
  const child =
    kind === 'nginx'
      ? lab.start(1, [
          'nginx',
          '-e',
          'stderr',
          '-c',
          lab.file('upstream.conf', nginxUpstream(port, lab.folder, answer)),
        ])
      : lab.start(1, [
          process.execPath,
          join(import.meta.dirname, 'spawned/upstream.ts'),
          String(port),
          String(bigBytes),
          answer,
        ]);
  const fault = await answers(child, port);
  if (fault !== undefined) throw new Error(`the upstream: ${fault}`);
  return { port, kind };
}
