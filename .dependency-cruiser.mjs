import { boundaryRules } from './tools/check/src/boundaries/rules.ts';
import { readProjects } from './tools/check/src/projects.ts';

/** The rules come from the projects' Nx tags: see tools/check/src/boundaries/rules.ts. */
export default {
  forbidden: boundaryRules(readProjects(process.cwd())),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    // Type-only imports are dependencies too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.d.ts'],
    },
  },
};
