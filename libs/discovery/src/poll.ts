import type { Address, Watch } from './discovery.ts';

const keyOf = (addresses: readonly Address[]): string =>
  addresses
    .map(({ host, port }) => `${host}:${port}`)
    .toSorted()
    .join();

/**
 * Looks up again and again, and tells only of differences. `undefined` means "not known now" and
 * keeps the last answer. The timer does not keep the process alive.
 */
export function poll(
  look: () => Promise<readonly Address[] | undefined>,
  intervalMs: number,
  onChange: (addresses: readonly Address[]) => void,
): Watch {
  let known: string | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    const addresses = await look();
    if (closed) return;
    if (addresses !== undefined && keyOf(addresses) !== known) {
      known = keyOf(addresses);
      onChange(addresses);
    }
    // Until something is known, a starting system is looked at more often.
    timer = setTimeout(() => void turn(), known === undefined ? Math.min(100, intervalMs) : intervalMs).unref();
  };
  void turn();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
