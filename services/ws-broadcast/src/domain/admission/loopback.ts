/** The name in a Host header without its port; undefined when the header is no host at all. */
export function hostName(host: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/.exec(host?.toLowerCase() ?? '')?.[1]
}

/** Whether a name or an address means this machine to itself. */
export function isLoopback(name: string | undefined): boolean {
  if (name === undefined) return false
  const bare = name.replace(/^::ffff:/i, '').replace(/^\[(.*)\]$/, '$1')
  return bare.toLowerCase() === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare)
}

/** Whether a request was addressed to a loopback name, by a program or by a page that came from one. */
export function isLoopbackPage({
  host,
  origin,
}: {
  readonly host: string | undefined
  readonly origin: string | undefined
}): boolean {
  if (!isLoopback(hostName(host))) return false
  return origin === undefined || (URL.canParse(origin) && isLoopback(new URL(origin).hostname))
}
