import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preparePostgres } from '../embedded/postgres-data.ts';
import { spawnPostgres } from '../embedded/postgres.ts';
import { postgresAnswers } from '../processes/health.ts';
import type { KindOptions, ServiceKind } from './service-kind.ts';

/** The embedded PostgreSQL, with the data folder and the password file that the compose file gives the image. */
export function postgresKind({ service, home, onNote }: KindOptions): ServiceKind {
  const wanted = service.mounts['/var/lib/postgresql/data'] ?? join(home.volumes, service.name);
  let dataDir = wanted;
  return {
    async prepare(signal) {
      const password = readFileSync(service.environment['POSTGRES_PASSWORD_FILE']!, 'utf8').trim();
      dataDir = await preparePostgres({ dataDir: wanted, password, signal });
      if (dataDir !== wanted)
        onNote(`data of PostgreSQL are in ${dataDir}: it does not run as root, and others may not enter ${home.dir}`);
    },
    spawn: (_instance, port) => spawnPostgres({ dataDir, port }),
    healthy: postgresAnswers,
    // Fast: sessions are ended, data written. Immediate: as after a power cut, from which it recovers.
    signals: { stopSignal: 'SIGINT', endSignal: 'SIGQUIT' },
  };
}
