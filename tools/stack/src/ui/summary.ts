import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../home.ts';
import type { Stack } from '../stack.ts';

/** What one sees when everything runs: where it is, what runs, whom to be, what to try. */
export function summary(
  stack: Stack,
  { url, pattern, home }: { readonly url: string; readonly pattern: string; readonly home: Home },
): string {
  const running = [...stack.groups.values()].filter(({ service }) => !service.oneShot);
  const table = running.map(
    ({ service, instances }) =>
      `    ${service.name.padEnd(12)} ×${instances.length}   pid ${instances.map(({ pid }) => pid).join(', ')}`,
  );
  const password = readFileSync(join(home.volumes, 'user-secrets/demo_password'), 'utf8').trim();
  const login = `curl -s ${url}/api/v1/auth/login -H 'content-type: application/json' -d '{"email":"alan@edgeway.example","password":"${password}"}'`;
  return `
  Edgeway runs at ${url}   (pattern ${pattern})

${table.join('\n')}

  Demo users: ada@edgeway.example (admin), alan@edgeway.example; password: ${password}

  Try:
    curl -s '${url}/api/v1/products?limit=3'
    ${login}
    npm run stack -- kill api-gateway-1

  Ctrl-C stops everything. Data stays; npm start -- --fresh forgets it.
`;
}
