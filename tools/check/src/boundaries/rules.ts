import type { IForbiddenRuleType } from 'dependency-cruiser';
import type { Project, ProjectType } from '../projects.ts';

/** Who may import whom. What is not listed is forbidden; a project may always import itself. */
const allowed: Readonly<Record<ProjectType, readonly ProjectType[]>> = {
  pure: ['pure'],
  adapter: ['pure', 'adapter'],
  kit: ['pure', 'adapter'],
  app: ['pure', 'adapter', 'kit'],
  tool: ['pure', 'adapter', 'kit', 'tool'],
  e2e: [], // black box: it meets the system on the wire only
};

/** Tests, and the small programs and fixtures they start. */
const tests = String.raw`\.test\.ts$|/src/testing/`;
const testing = 'libs/testing';

/** The boundaries of the house (design: rooms and their direction) as dependency-cruiser rules. */
export function boundaryRules(projects: readonly Project[]): IForbiddenRuleType[] {
  const all = under(projects.map(({ dir }) => dir));
  return [
    ...projects.map((project) => directionRule(project, projects, all)),
    ...purityRules(under(projects.filter(({ type }) => type === 'pure').map(({ dir }) => dir))),
    {
      name: 'only tests import libs/testing',
      severity: 'error',
      from: { path: all, pathNot: `${tests}|^${testing}/|^tools/test/` },
      to: { path: `^${testing}/` },
    },
    {
      name: 'a domain knows neither http nor store',
      severity: 'error',
      from: { path: '^apps/[^/]+/src/domain/', pathNot: tests },
      to: { path: '^apps/[^/]+/src/(http|store)/' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    // A path that resolves to nothing would also escape every rule above.
    { name: 'every import resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ];
}

function directionRule(project: Project, projects: readonly Project[], all: string): IForbiddenRuleType {
  const may = projects.filter(({ dir, type }) => dir === project.dir || allowed[project.type].includes(type));
  const types = allowed[project.type].join(', ') || 'no other project';
  return {
    name: `${project.dir} (${project.type}) may import ${types}`,
    severity: 'error',
    from: { path: under([project.dir]) },
    to: { path: all, pathNot: under([...may.map(({ dir }) => dir), testing]) },
  };
}

/** Pure code has no I/O, so it imports nothing of Node's and no package but the schemas' (zod). */
function purityRules(pure: string): IForbiddenRuleType[] {
  const from = { path: pure, pathNot: tests };
  return [
    { name: 'pure libs import no node:*', severity: 'error', from, to: { dependencyTypes: ['core'] } },
    {
      name: 'pure libs import no package but zod',
      severity: 'error',
      from,
      to: { path: 'node_modules/', pathNot: 'node_modules/zod/' },
    },
  ];
}

function under(dirs: readonly string[]): string {
  return `^(${dirs.join('|')})/`;
}
