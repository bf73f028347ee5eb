/** An answer, read to its end. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the body; `undefined` when there was none. */
  readonly body: T;
}

export interface Ask {
  readonly token?: string;
  /** Sent as JSON. A string is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the front door. `target` is `METHOD /path`. */
export type Client = <T = unknown>(target: string, ask?: Ask) => Promise<Answer<T>>;

/** Longer than any deadline inside the platform: what takes longer hangs. Milliseconds. */
const patienceMs = 15_000;

/** A client of the stack at `url`, `http://127.0.0.1:8080` for one. Rejects when the connection fails. */
export function createClient(url: string): Client {
  return async <T>(target: string, { token, body, headers = {} }: Ask = {}): Promise<Answer<T>> => {
    const [method, path] = target.split(' ') as [string, string];
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    const json = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : undefined) as T };
  };
}
