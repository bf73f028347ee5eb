/** How a run of tests went. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Names of tests that did not run, and of the suites they stand in: `compose > lb-gw > …`. */
  readonly skipped: readonly string[];
}

/** The parts of Vitest's JSON report that are read here. */
export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/**
 * Counts a report. What fails outside a test counts as one failure each, so that it cannot be lost: a
 * file that did not load, a hook that broke, and (`endedWell` false with nothing else) an unhandled error.
 */
export function countTests({ testResults }: VitestReport, endedWell: boolean): Counts {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  for (const file of testResults) {
    const own = file.assertionResults.filter(({ status }) => status === 'failed').length;
    failed += file.status === 'failed' ? Math.max(1, own) : own;
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') passed += 1;
      else if (status !== 'failed') skipped.push(fullName);
    }
  }
  return { passed, failed: endedWell ? failed : Math.max(1, failed), skipped };
}

export function addCounts(counts: readonly Counts[]): Counts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    skipped: counts.flatMap(({ skipped }) => skipped),
  };
}

/** The line everything that runs tests ends with. CI reads it. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
}
