import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a project may be, by its Nx tag `type:…`; it decides what the project may import. */
export type ProjectType = 'pure' | 'adapter' | 'kit' | 'app' | 'tool' | 'e2e';

/** The parts of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
}

/** One project of the workspace. */
export interface Project {
  /** Relative to the root, with forward slashes: `libs/errors`. */
  readonly dir: string;
  readonly name: string;
  readonly type: ProjectType;
  readonly manifest: Manifest;
}

const types: readonly string[] = ['pure', 'adapter', 'kit', 'app', 'tool', 'e2e'] satisfies ProjectType[];

/**
 * Every project of the npm workspaces under `root`, sorted by folder.
 *
 * @throws Error when a project has not exactly one known `type:` tag: untagged code would escape the rules.
 */
export function readProjects(root: string): Project[] {
  const { workspaces = [] } = readManifest(join(root, 'package.json'));
  return workspaces
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((dir) => dir.replaceAll('\\', '/'))
    .filter((dir) => existsSync(join(root, dir, 'package.json')))
    .toSorted()
    .map((dir) => {
      const manifest = readManifest(join(root, dir, 'package.json'));
      return { dir, name: manifest.name, type: typeOf(dir, manifest), manifest };
    });
}

function typeOf(dir: string, { nx }: Manifest): ProjectType {
  const tags = (nx?.tags ?? []).filter((tag) => tag.startsWith('type:')).map((tag) => tag.slice('type:'.length));
  if (tags.length !== 1 || !types.includes(tags[0]!)) {
    throw new Error(
      `${dir}/package.json: nx.tags needs exactly one of ${types.map((type) => `type:${type}`).join(', ')}`,
    );
  }
  return tags[0] as ProjectType;
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}
