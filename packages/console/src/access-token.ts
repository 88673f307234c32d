type PageWithToken = {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>
  readonly history: { replaceState(data: unknown, unused: string, url: string): void }
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>
}

const key = 'whalecast.token'

/**
 * The token of `#token=…`, which no server ever sees in an address. It is taken out of the address bar and kept for
 * this tab, so that a reload has it and a copied link has not.
 */
export function accessToken({ location, history, sessionStorage }: PageWithToken): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (given !== null && given !== '') {
    sessionStorage.setItem(key, given)
    history.replaceState(null, '', location.pathname + location.search)
  }
  return sessionStorage.getItem(key) ?? undefined
}
