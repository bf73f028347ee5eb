/** What happens to pools, for the admin API's event stream. */
export type PoolEvent =
  | {
      readonly kind: 'health';
      readonly pool: string;
      readonly endpoint: string;
      readonly status: 'healthy' | 'unhealthy';
    }
  | {
      readonly kind: 'ejection';
      readonly pool: string;
      readonly endpoint: string;
      readonly status: 'ejected' | 'returned';
    }
  | { readonly kind: 'members'; readonly pool: string; readonly endpoints: readonly string[] }
  | { readonly kind: 'reload'; readonly status: 'done' | 'refused' };

export type EventListener = (event: PoolEvent) => void;

/** Tells listeners of events as they happen; keeps none. */
export interface PoolEvents {
  emit(event: PoolEvent): void;
  /** @returns ends it. */
  listen(listener: EventListener): () => void;
}

export function poolEvents(): PoolEvents {
  const listeners = new Set<EventListener>();
  return {
    emit: (event) => listeners.forEach((listener) => listener(event)),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
