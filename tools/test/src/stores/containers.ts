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
  const started = await container.withExposedPorts(port).start();
  return {
    host: started.getHost(),
    port: started.getMappedPort(port),
    password,
    stop: async () => void (await started.stop({ timeout: 0 })),
  };
}
