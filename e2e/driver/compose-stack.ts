import { randomBytes } from 'node:crypto';
import { run } from './command.ts';
import { freePort } from './free-port.ts';
import type { Stack, StackOptions } from './stack.ts';
import { until } from './until.ts';

/** Starts the stack with `docker compose`, as a project of its own. */
export async function startComposeStack({ pattern, env: variables = {} }: StackOptions): Promise<Stack> {
  const port = await freePort();
  const env = { ...process.env, EDGE_PORT: String(port), ...variables };
  const files = ['docker-compose.yml', ...(pattern === 'lb-gw-lb' ? [] : [`infra/compose/${pattern}.yml`])];
  const project = `edgeway-e2e-${randomBytes(3).toString('hex')}`;
  const compose = (...args: string[]) =>
    run('docker', ['compose', '--project-name', project, ...files.flatMap((file) => ['--file', file]), ...args], env);
  const containers = async (service: string) =>
    (await compose('ps', '--quiet', '--status', 'running', service)).split('\n').filter((id) => id !== '');
  const down = async () => void (await compose('down', '--volumes', '--timeout', '2', '--remove-orphans'));

  try {
    await compose('up', '--detach', '--wait', '--wait-timeout', '180');
    const demoPassword = await compose('exec', '-T', 'user-svc', 'cat', '/run/secrets/demo_password');
    return {
      url: `http://127.0.0.1:${port}`,
      demoPassword: demoPassword.trim(),
      // A container's host name, which X-Served-By shows, is the start of its id.
      instances: async (service) => (await containers(service)).map((id) => id.slice(0, 12)),
      async kill(instance) {
        const started = () => run('docker', ['inspect', '--format', '{{.State.StartedAt}}', instance], env);
        const before = await started();
        // From within: what `docker kill` ends is not restarted. -1 is every process but the container's init.
        await run('docker', ['exec', instance, 'sh', '-c', 'kill -9 -1'], env).catch(() => undefined);
        await until(`${instance} died`, async () => ((await started()) === before ? undefined : true));
      },
      stopService: async (service) => void (await compose('kill', service)),
      startService: async (service) =>
        void (await compose('up', '--detach', '--no-recreate', '--wait', '--no-deps', service)),
      scale: async (service, replicas) =>
        void (await compose(
          'up',
          '--detach',
          '--no-recreate',
          '--no-deps',
          '--scale',
          `${service}=${replicas}`,
          service,
        )),
      logs: () => compose('logs', '--no-color'),
      down,
    };
  } catch (error) {
    const logs = await compose('logs', '--no-color', '--tail', '20').catch(String);
    await down().catch(() => undefined);
    throw new Error(`the stack did not start:\n${logs}`, { cause: error });
  }
}
