/** What became of a refresh token that was shown. */
export type Rotation =
  | { readonly outcome: 'rotated'; readonly sessionId: string; readonly userId: string }
  /** Used before: someone holds a copy. The session has been revoked. */
  | { readonly outcome: 'reused'; readonly sessionId: string }
  | { readonly outcome: 'unknown' };

export interface SessionStore {
  /** Opens a session with its first refresh token. */
  open(userId: string, tokenHash: Buffer, expiresAt: Date): Promise<string>;
  /** Swaps a refresh token for its successor, exactly once however many ask at the same time. */
  rotate(tokenHash: Buffer, successorHash: Buffer): Promise<Rotation>;
  /** Ends the session a refresh token belongs to; `undefined` when there is none. */
  revokeByToken(tokenHash: Buffer): Promise<string | undefined>;
  isActive(sessionId: string): Promise<boolean>;
  revokedWithin(seconds: number): Promise<string[]>;
}
