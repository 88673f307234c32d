/**
 * What a caller may see and do. `market`: whatever everyone may see; `account`: what belongs to the account;
 * `admin`: who is connected, and commands. No scope contains another.
 */
export const scopes = ['market', 'account', 'admin'] as const
export type Scope = (typeof scopes)[number]
