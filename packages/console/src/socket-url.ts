type PageAddress = Pick<Location, 'protocol' | 'host' | 'hostname' | 'search'>

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

/**
 * The socket of the server that served the page, secure when the page is. `?url=` names another one, but only
 * from loopback to loopback: a link must not be able to show someone else's numbers under this page's address.
 */
export function socketUrl(page: PageAddress): string {
  const asked = new URLSearchParams(page.search).get('url')
  if (asked !== null && loopback.has(page.hostname) && isLoopbackSocket(asked)) return asked
  return `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}/ws`
}

function isLoopbackSocket(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return (protocol === 'ws:' || protocol === 'wss:') && loopback.has(hostname)
}
