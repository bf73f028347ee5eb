/**
 * Waits for sessions to end, and cuts those that have not at the deadline.
 *
 * @param ended settles when none is left, after a cut too.
 */
export async function drained(
  deadlineSeconds: number,
  { ended, cut }: { readonly ended: Promise<unknown>; cut(): void },
): Promise<void> {
  const timer = setTimeout(cut, deadlineSeconds * 1000);
  await ended;
  clearTimeout(timer);
}
