import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../home.ts';
import type { Stack } from '../stack.ts';

/** What one sees when everything runs: where it is, what runs, whom to be, what to try. */
export function summary(
  stack: Stack,
  { url, pattern, home }: { readonly url: string; readonly pattern: string; readonly home: Home },
): string {
  const running = [...stack.groups.values()].flatMap(({ instances }) => instances);
  const table = running.map(
    ({ name, pid, port }) => `    ${name.padEnd(16)} pid ${String(pid ?? '-').padEnd(8)} port ${port}`,
  );
  const password = readFileSync(join(home.volumes, 'user-secrets/demo_password'), 'utf8').trim();
  const victim = running.find(({ name }) => name.startsWith('api-gateway'))?.name ?? 'order-svc-1';
  return `
  Edgeway runs at ${url}   (pattern ${pattern})

${table.join('\n')}

  Demo users: ada@edgeway.example (admin), alan@edgeway.example; password: ${password}

  Try:
    curl -s '${url}/api/v1/products?limit=3'
    TOKEN=$(curl -s ${url}/api/v1/auth/login -H 'content-type: application/json' -d '{"email":"alan@edgeway.example","password":"${password}"}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/'); curl -s ${url}/api/v1/overview -H "authorization: Bearer $TOKEN"
    npm run stack -- kill ${victim}

  Ctrl-C stops everything. Data stays; npm start -- --fresh forgets it.
`;
}
