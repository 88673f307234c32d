/** What an API key may be allowed to do: everything of a kind, or one child of it. */
const scopes = [
  'read',
  'read::block_trade_accept',
  'read::portfolio_balance',
  'write',
  'write::trade',
  'write::transfer',
  'write::block_trade_accept',
] as const

export type Scope = (typeof scopes)[number]

export function isScope(text: string): text is Scope {
  return scopes.some((scope) => scope === text)
}

/** True when a key with these scopes may do what this scope stands for; a parent grants its children. */
export function grants(held: ReadonlySet<Scope>, wanted: Scope): boolean {
  const [parent = ''] = wanted.split('::')
  return held.has(wanted) || (isScope(parent) && held.has(parent))
}
