/** An entry of package-lock.json (lockfileVersion 3), as far as it is read here. */
export interface LockEntry {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
export type LockPackages = Readonly<Record<string, LockEntry>>;

/**
 * Packages whose optional platform binaries are not all in the lock. npm leaves out silently what
 * the registry could not serve at the time; `npm ci` then fails on the platforms left out, and only there.
 */
export function missingBinaries(packages: LockPackages): string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const missing = Object.entries(entry.optionalDependencies ?? {})
      .filter(([name, range]) => !isLocked(packages, path, name, range))
      .map(([name]) => name);
    return missing.length === 0 ? [] : [`${path}@${entry.version}: lacks ${missing.join(', ')}`];
  });
}

/** Looks for a dependency where Node would: in the package's own node_modules, then in each folder above. */
function isLocked(packages: LockPackages, from: string, name: string, range: string): boolean {
  const exact = /^\d/.test(range);
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const entry = packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`];
    if (entry !== undefined && (!exact || entry.version === range)) return true;
    if (at === '') return false;
  }
}

/** Workspace projects that the lock describes otherwise than their own package.json. */
export function staleProjects(
  packages: LockPackages,
  projects: readonly { readonly dir: string; readonly manifest: LockEntry }[],
): string[] {
  const list = (entry: LockEntry | undefined) =>
    Object.keys(entry?.dependencies ?? {})
      .toSorted()
      .join();
  return projects
    .filter(({ dir, manifest }) => packages[dir] === undefined || list(packages[dir]) !== list(manifest))
    .map(({ dir }) => `${dir}: the lock lists other dependencies than its package.json (npm install writes them)`);
}
