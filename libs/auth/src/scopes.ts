/** What every account may do. */
export const userScopes = ['profile:read', 'profile:write', 'orders:read', 'orders:write'] as const;

/** What an administrator may do besides. */
export const adminScopes = [...userScopes, 'users:read'] as const;

export type Scope = (typeof adminScopes)[number];
