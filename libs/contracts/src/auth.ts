import { z } from 'zod';

/** Longest accepted e-mail address: RFC 5321 4.5.3.1.3 (a path of 256 with its brackets). */
const email = z.string().trim().toLowerCase().max(254).pipe(z.email('must be an e-mail address'));

/** Length decides strength (NIST SP 800-63B); the upper bound keeps hashing affordable. */
const newPassword = z.string().min(10, 'must have at least 10 characters').max(128, 'must have at most 128 characters');

export const DisplayName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(80, 'must have at most 80 characters')
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

export const RegisterRequest = z.strictObject({ email, password: newPassword, displayName: DisplayName });
export type RegisterRequest = z.infer<typeof RegisterRequest>;

export const LoginRequest = z.strictObject({ email, password: z.string().min(1).max(128) });
export type LoginRequest = z.infer<typeof LoginRequest>;

export const RefreshRequest = z.strictObject({ refreshToken: z.string().min(1).max(256) });
export type RefreshRequest = z.infer<typeof RefreshRequest>;

export const LogoutRequest = RefreshRequest;
export type LogoutRequest = z.infer<typeof LogoutRequest>;

/** RFC 6749 5.1, in the house's camelCase. */
export const TokenResponse = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  tokenType: z.literal('Bearer'),
  /** Seconds until the access token expires. */
  expiresIn: z.number().int().positive(),
});
export type TokenResponse = z.infer<typeof TokenResponse>;
