import type { Scope } from '@whalecast/events'
import { isLoopback, isLoopbackPage } from './loopback.ts'

/** Who asks, and what that allows. */
export type Caller = { readonly name: string; readonly scopes: readonly Scope[] }

/** What is known of a request besides its content. */
export type Asker = {
  readonly address: string | undefined
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly authorization: string | undefined
  /** A proxy stands between: the address is the proxy's. */
  readonly forwarded: boolean
}

const everyone: Caller = { name: 'anonymous', scopes: ['market'] }
const ownUser: Caller = { name: 'local', scopes: ['market', 'account', 'admin'] }

export type AccessOptions = {
  /** Who a token belongs to. */
  readonly find: (token: string) => Caller | undefined
  /** Nobody but this machine reaches the service and no token is asked for: its user may do everything. */
  readonly trustsLoopback: boolean
}

const scheme = 'bearer '

/** Decides what a caller may see and do. A token is kept nowhere. */
export class Access {
  readonly #options: AccessOptions

  constructor(options: AccessOptions) {
    this.#options = options
  }

  /** The caller of a request; undefined when it shows a token that nobody has. */
  caller(asker: Asker): Caller | undefined {
    const { authorization = '' } = asker
    const shown = authorization.slice(0, scheme.length).toLowerCase() === scheme
    return shown ? this.identify(authorization.slice(scheme.length).trim()) : this.#withoutToken(asker)
  }

  /** Who a token belongs to. */
  identify(token: string): Caller | undefined {
    return this.#options.find(token)
  }

  /** A page of another site, or somebody behind a proxy of this machine, is not its user. */
  #withoutToken({ address, host, origin, forwarded }: Asker): Caller {
    const own =
      this.#options.trustsLoopback && !forwarded && isLoopback(address) && isLoopbackPage({ host, origin })
    return own ? ownUser : everyone
  }
}
