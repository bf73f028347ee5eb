import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { GenericContainer, Wait } from 'testcontainers';
import type { Server, StoreSource } from './source.ts';

/** The images of docker-compose.yml, by testcontainers. Data lives in memory: tests need no durability. */
export const containerStores: StoreSource = {
  kind: 'containers',
  postgres() {
    const password = randomBytes(12).toString('hex');
    return start(
      new GenericContainer('postgres:17')
        .withEnvironment({ POSTGRES_PASSWORD: password })
        .withTmpFs({ '/var/lib/postgresql/data': 'rw' })
        // Over TCP, as in docker-compose.yml: the server that sets the image up listens on a socket file only.
        .withWaitStrategy(Wait.forSuccessfulCommand('pg_isready -h 127.0.0.1 -U postgres')),
      5432,
      password,
    );
  },
  redis: () =>
    start(
      new GenericContainer('redis:8').withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/)),
      6379,
      '',
    ),
};

async function start(container: GenericContainer, port: number, password: string): Promise<Server> {
  const name = `edgeway-test-${randomBytes(6).toString('hex')}`;
  const watchdog = removeWhenOrphaned(name);
  const started = await container.withName(name).withExposedPorts(port).start();
  return {
    host: started.getHost(),
    port: started.getMappedPort(port),
    password,
    async stop() {
      await started.stop({ timeout: 0 });
      watchdog.kill('SIGKILL');
    },
  };
}

/**
 * Should this process be killed, a shell that holds the other end of a pipe removes the container. It
 * does what testcontainers' own reaper would, without that one's image.
 */
function removeWhenOrphaned(name: string): ChildProcess {
  const script = 'read _; docker rm --force --volumes "$1"';
  const watchdog = spawn('sh', ['-c', script, 'watchdog', name], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.unref();
  return watchdog;
}
