import { tokenProblems, type TokenProblem } from '../access/access.ts'
import { hostName, isLoopback } from './loopback.ts'

/** Why a request is turned away. */
export type Refusal = {
  readonly status: 400 | 401 | 403 | 404 | 429 | 503
  readonly reason:
    | 'host'
    | 'origin'
    | 'path'
    | 'stopping'
    | 'token_in_address'
    | TokenProblem
    /** Too many: in all, of one address, of one token's owner; or too fast: all together, one address. */
    | 'capacity'
    | 'address'
    | 'holder'
    | 'accept_rate'
    | 'address_rate'
    | 'request_rate'
    /** TCP connections above any number that clients need. */
    | 'connections'
  readonly message: string
  /** When to come back, where that can be said. */
  readonly retryAfterSeconds?: number
}

export type GateOptions = {
  /** Names (`example.org`, or with a port) under which this service may be addressed, besides loopback. */
  readonly hosts: readonly string[]
  /** Origins whose pages may connect, besides loopback and the service's own. */
  readonly origins: readonly string[]
}

/**
 * Decides who may talk to this service. Any page of the world can make its visitor's browser connect to
 * 127.0.0.1, so being on loopback protects nothing: the page's origin does. The Host check stops a page
 * whose own name was pointed at this address (DNS rebinding). A client without an Origin is no browser.
 */
export class Gate {
  readonly #hosts: ReadonlySet<string>
  readonly #origins: ReadonlySet<string>

  constructor({ hosts, origins }: GateOptions) {
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()))
    this.#origins = new Set(origins.map((origin) => origin.toLowerCase().replace(/\/+$/, '')))
  }

  /** The reason to turn a request away, or nothing. */
  check({ host, origin }: { readonly host: string | undefined; readonly origin: string | undefined }) {
    if (!this.#hostAllowed(host))
      return refusal(403, 'host', 'this host name is not in WHALECAST_ALLOWED_HOSTS')
    if (!this.#originAllowed(origin, host))
      return refusal(403, 'origin', 'this origin is not in WHALECAST_ALLOWED_ORIGINS')
    return undefined
  }

  #hostAllowed(host: string | undefined): boolean {
    const name = hostName(host)
    if (host === undefined || name === undefined) return false
    return isLoopback(name) || this.#hosts.has(name) || this.#hosts.has(host.toLowerCase())
  }

  #originAllowed(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true
    if (this.#origins.has(origin.toLowerCase())) return true
    if (!URL.canParse(origin)) return false
    const url = new URL(origin)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return false
    return isLoopback(url.hostname) || url.host === host?.toLowerCase()
  }
}

/** Builds a refusal. */
export function refusal(status: Refusal['status'], reason: Refusal['reason'], message: string): Refusal {
  return { status, reason, message }
}

/** The refusal of whoever shows a token that opens nothing. */
export function tokenRefusal(reason: TokenProblem): Refusal {
  return refusal(reason === 'keys' ? 503 : 401, reason, tokenProblems[reason])
}
