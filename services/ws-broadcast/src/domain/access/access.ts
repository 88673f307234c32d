import type { Scope } from '@whalecast/events'
import { isLoopback, isLoopbackPage } from '../admission/loopback.ts'

/** Who asks, and what that allows. */
export type Caller = {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Whose connections are counted together; nobody's without a token. */
  readonly holder?: string
  /** When its token ends; without it, never. */
  readonly expiresAtMs?: number
}

/** Why a token opens nothing: nobody has it, its time is over, or the keys to check it cannot be had just now. */
export type TokenProblem = 'token' | 'token_expired' | 'keys'

export type Identified =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly reason: TokenProblem }

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
  /** Who a token belongs to. Never rejects. */
  readonly find: (token: string) => Promise<Identified>
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

  /** The caller of a request, or what is wrong with the token that it shows. Never rejects. */
  async caller(asker: Asker): Promise<Identified> {
    const { authorization = '' } = asker
    const shown = authorization.slice(0, scheme.length).toLowerCase() === scheme
    if (shown) return this.identify(authorization.slice(scheme.length).trim())
    return { ok: true, caller: this.#withoutToken(asker) }
  }

  /** Who a token belongs to. Never rejects. */
  identify(token: string): Promise<Identified> {
    return this.#options.find(token)
  }

  /** A page of another site, or somebody behind a proxy of this machine, is not its user. */
  #withoutToken({ address, host, origin, forwarded }: Asker): Caller {
    const own =
      this.#options.trustsLoopback && !forwarded && isLoopback(address) && isLoopbackPage({ host, origin })
    return own ? ownUser : everyone
  }
}

/** What is told to whoever shows a token that opens nothing. */
export const tokenProblems: { readonly [Reason in TokenProblem]: string } = {
  token: 'nobody has this token',
  token_expired: 'this token has expired',
  keys: 'the keys that tokens are checked with cannot be had just now: try again',
}
