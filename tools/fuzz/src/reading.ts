/** A request as a parser understood it. Text is latin1: one character a byte. */
export interface Message {
  readonly method: string;
  readonly target: string;
  /** Name, value, name, value, … as they came. */
  readonly fields: readonly string[];
  /** What has come of the body, without chunk framing. */
  readonly body: string;
  readonly complete: boolean;
}

/** What a parser made of a connection's bytes. */
export interface Reading {
  /** Every request whose head was accepted; only the last may be incomplete. */
  readonly messages: readonly Message[];
  /** Why it reads no further. */
  readonly refused: string | undefined;
  /** Whether the last message ends the connection, so that nothing behind it is read. */
  readonly closed: boolean;
}

/** A parser under test. */
export type Reader = (bytes: Buffer, pieceBytes?: number) => Reading;
