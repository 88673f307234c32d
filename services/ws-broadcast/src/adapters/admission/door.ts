import type { IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import type { Access, Asker, Caller, Identified } from '../../domain/access/access.ts'
import type { Admission, Seat } from '../../domain/admission/admission.ts'
import { refusal, tokenRefusal, type Gate, type Refusal } from '../../domain/admission/gate.ts'
import type { RequestRate } from '../../domain/admission/request-rate.ts'
import { peerOf, type Peer } from './peer-address.ts'

/** A connection that was let in. Its place is given back when the TCP connection is closed. */
export type Admitted = { readonly caller: Caller; readonly peer: Peer; readonly seat: Seat }

export type DoorOptions = {
  readonly gate: Gate
  readonly access: Access
  readonly admission: Admission
  readonly requests: RequestRate
  readonly trusted: BlockList
  readonly now: () => number
  readonly onRefused: (reason: Refusal['reason']) => void
}

const goingDown = refusal(503, 'stopping', 'this server is going down')

/** The one way in, for requests and for connections that last. Whoever is turned away is counted with the reason. */
export class Door {
  readonly #options: DoorOptions
  #stopping = false

  constructor(options: DoorOptions) {
    this.#options = options
  }

  /** From now on nobody new is let in. */
  stop(): void {
    this.#stopping = true
  }

  tick(nowMs: number): void {
    this.#options.admission.tick(nowMs)
    this.#options.requests.tick(nowMs)
  }

  peerOf(request: IncomingMessage): Peer {
    return peerOf(request, this.#options.trusted)
  }

  /** Whether a page of this origin may talk to this host name. */
  checkOrigin({ headers: { host, origin } }: IncomingMessage): Refusal | undefined {
    const refused = this.#options.gate.check({ host, origin })
    return refused && this.#refuse(refused)
  }

  /** Whether its address has not asked too much. */
  checkRate(peer: Peer): Refusal | undefined {
    if (this.#options.requests.take(peer.countedBy, this.#options.now())) return undefined
    const refused = refusal(429, 'request_rate', 'this address asks too much')
    return this.#refuse({ ...refused, retryAfterSeconds: 1 })
  }

  /** Whose request it is, or why its token opens nothing. */
  async identify(request: IncomingMessage): Promise<Caller | Refusal> {
    const identified: Identified = await this.#options.access.caller(askerOf(request))
    return identified.ok ? identified.caller : this.#refuse(tokenRefusal(identified.reason))
  }

  /**
   * Lets a connection in that lasts, or says why not. What costs least is judged first: name and origin, numbers,
   * and only then the token.
   */
  async admit(request: IncomingMessage): Promise<Admitted | Refusal> {
    const { admission, now } = this.#options
    const refused = this.checkOrigin(request)
    if (refused) return refused
    if (showsToken(request))
      return this.#refuse(
        refusal(
          400,
          'token_in_address',
          'an address is written to logs: show a token in a header or in `auth`',
        ),
      )
    if (this.#stopping) return this.#refuse(goingDown)
    const peer = this.peerOf(request)
    const seat = admission.enter(peer.countedBy, now())
    if ('reason' in seat) return this.#refuse(seat)
    request.socket.once('close', () => seat.leave())
    if (request.socket.destroyed) seat.leave()
    const caller = await this.identify(request)
    if ('reason' in caller) {
      seat.leave()
      return caller
    }
    // It may have begun to stop while the token was looked at.
    const tooMany = this.#stopping ? goingDown : seat.hold(caller.holder)
    if (!tooMany) return { caller, peer, seat }
    seat.leave()
    return this.#refuse(tooMany)
  }

  #refuse(refused: Refusal): Refusal {
    this.#options.onRefused(refused.reason)
    return refused
  }
}

/** What a request tells of whoever makes it. */
function askerOf({ socket, headers }: IncomingMessage): Asker {
  const { host, origin, authorization } = headers
  const forwarded = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined
  return { address: socket.remoteAddress, host, origin, authorization, forwarded }
}

/** Names under which tokens are often put into addresses, where every proxy on the way writes them down. */
const tokenParameters = ['token', 'access_token', 'auth', 'api_key', 'jwt']

function showsToken({ url = '/' }: IncomingMessage): boolean {
  const asked = new URLSearchParams(url.split('?', 2)[1])
  return tokenParameters.some((name) => asked.has(name))
}
