/** How much of a message is read before it is refused. Bytes, unless said otherwise. */
export interface Limits {
  /** The request line or status line with its line end. Default 8 KiB (NGINX, Apache); beyond: 414. */
  readonly startLineBytes: number;
  /** The whole head: start line, fields and the empty line. Default 16 KiB (Node); beyond: 431. */
  readonly headBytes: number;
  /** Field lines of a head, and of a trailer section. Default 100 (Apache); beyond: 431. */
  readonly fields: number;
  /** Extensions of one chunk. Default 256: nobody uses them, and unbounded they are a way to send for ever. */
  readonly chunkExtensionBytes: number;
}

export const defaultLimits: Limits = {
  startLineBytes: 8 * 1024,
  headBytes: 16 * 1024,
  fields: 100,
  chunkExtensionBytes: 256,
};
