/** Who is asking, once a token has been verified. */
export interface Identity {
  readonly userId: string;
  readonly scopes: ReadonlySet<string>;
  /** The login this token descends from; revoking it ends all its tokens. */
  readonly sessionId: string;
}
