import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readProjects, type Project } from '../projects.ts';

const specifier = /(?:\bfrom|\bimport)\s*\(?\s*'(@[\w-]+\/[\w-]+)[^']*'/g;

/**
 * What a project imports of the workspace stands in three places: the sources, package.json
 * (npm, Nx) and tsconfig.json (tsc -b). Lists where they differ, as `file: what it should say`, and
 * writes the sources' truth into the other two when `fix` is set. The root tsconfig.json lists every project.
 */
export function syncManifests(root: string, { fix = false } = {}): string[] {
  const projects = readProjects(root);
  const byName = new Map(projects.map((project) => [project.name, project]));
  const faults: string[] = [];
  const expect = (file: string, key: string, wanted: unknown, change: (json: Record<string, unknown>) => void) => {
    const json = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, unknown>;
    if (JSON.stringify(json[key] ?? empty(wanted)) === JSON.stringify(wanted)) return;
    faults.push(`${file}: ${key} should be ${JSON.stringify(wanted)}`);
    change(json);
    if (fix) writeFileSync(join(root, file), `${JSON.stringify(json, null, 2)}\n`);
  };

  for (const project of projects) {
    const imported = importsOf(root, project, byName);
    const dependencies = Object.fromEntries(imported.map(({ name }) => [name, '*']));
    expect(`${project.dir}/package.json`, 'dependencies', dependencies, (json) =>
      placeDependencies(json, dependencies),
    );
    const references = imported.map(({ dir }) => ({ path: posix.relative(project.dir, dir) }));
    expect(`${project.dir}/tsconfig.json`, 'references', references, (json) => void (json['references'] = references));
  }
  const all = projects.map(({ dir }) => ({ path: dir }));
  if (existsSync(join(root, 'tsconfig.json'))) {
    expect('tsconfig.json', 'references', all, (json) => void (json['references'] = all));
  }
  return faults;
}

function empty(like: unknown): unknown {
  return Array.isArray(like) ? [] : {};
}

/** The other projects that the sources import, by name. */
function importsOf(root: string, project: Project, byName: ReadonlyMap<string, Project>): Project[] {
  const names = new Set<string>();
  for (const file of globSync(`${project.dir}/**/*.ts`, { cwd: root, exclude: ['**/dist/**', '**/node_modules/**'] })) {
    for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(specifier)) names.add(name!);
  }
  names.delete(project.name);
  return [...names].toSorted().flatMap((name) => byName.get(name) ?? []);
}

/** Where npm's own order has it: before `nx`, after `scripts`; and absent rather than empty. */
function placeDependencies(json: Record<string, unknown>, dependencies: Readonly<Record<string, string>>): void {
  const { nx } = json;
  delete json['dependencies'];
  delete json['nx'];
  if (Object.keys(dependencies).length > 0) json['dependencies'] = dependencies;
  if (nx !== undefined) json['nx'] = nx;
}
