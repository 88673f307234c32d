import { refusal, type Refusal } from './gate.ts'
import { TokenBucket } from './token-bucket.ts'

export type AdmissionLimits = {
  /** Connections in all. */
  readonly clients: number
  /** Connections of one address, and new ones of it in ten seconds. */
  readonly perAddress: number
  /** Connections with the same token, or with tokens of the same name. */
  readonly perHolder: number
  /** New connections a second; five times that at once. */
  readonly acceptPerSecond: number
}

/** A place for one connection, from the moment it asks. */
export type Seat = {
  /** Counts the connection under its token's owner, instead of the one before. Answers with why that cannot be. */
  hold(holder: string | undefined): Refusal | undefined
  /** Gives the place back. Idempotent. */
  leave(): void
}

type Address = { seats: number; readonly bucket: TokenBucket }

/**
 * All clients of a replica that died may come at once, and are sooner served than refused and served later. More than this
 * would keep those who are there waiting.
 */
const crowdSeconds = 5
/** An address may take its places again within this. */
const addressFillsInSeconds = 10
/** Nobody is asked to wait longer: who knows what is then. */
const longestWaitSeconds = 30

/**
 * Who may connect at all, as far as numbers decide: judged before anything is read or checked, so that a crowd
 * costs next to nothing. Addresses are counted while they are connected, and until their bucket is full again.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #bucket: TokenBucket
  readonly #addresses = new Map<string, Address>()
  readonly #holders = new Map<string, number>()
  #seats = 0
  /** Refused since there was last room: each is told to come back when its turn may come. */
  #waiting = 0

  constructor(limits: AdmissionLimits, nowMs: number) {
    this.#limits = limits
    const { acceptPerSecond } = limits
    const burst = acceptPerSecond * crowdSeconds
    this.#bucket = new TokenBucket({ perSecond: acceptPerSecond, burst }, nowMs)
  }

  /** Places that are taken. */
  get seats(): number {
    return this.#seats
  }

  /** Addresses that are remembered. */
  get addresses(): number {
    return this.#addresses.size
  }

  /** A place, or why there is none. `address`: what its connections are counted by; undefined: they are not. */
  enter(address: string | undefined, nowMs: number): Seat | Refusal {
    const { clients, acceptPerSecond, perAddress } = this.#limits
    if (this.#seats >= clients) return refusal(503, 'capacity', 'this server is full')
    const known = address === undefined ? undefined : this.#addressOf(address, nowMs)
    if (known && known.seats >= perAddress)
      return refusal(429, 'address', `one address may have ${perAddress} connections`)
    if (known && !known.bucket.has(nowMs))
      return refusal(429, 'address_rate', 'this address connects again and again')
    if (!this.#bucket.take(nowMs)) {
      this.#waiting += 1
      const seconds = Math.min(longestWaitSeconds, Math.ceil(this.#waiting / acceptPerSecond))
      return { ...refusal(503, 'accept_rate', 'too many connect at once'), retryAfterSeconds: seconds }
    }
    this.#waiting = 0
    this.#seats += 1
    if (known) {
      known.bucket.take(nowMs)
      known.seats += 1
    }
    return this.#seat(known)
  }

  /** Forgets addresses that are as good as new. */
  tick(nowMs: number): void {
    for (const [address, { seats, bucket }] of this.#addresses)
      if (seats === 0 && bucket.full(nowMs)) this.#addresses.delete(address)
  }

  #addressOf(address: string, nowMs: number): Address {
    const known = this.#addresses.get(address)
    if (known) return known
    const { perAddress } = this.#limits
    const rate = { perSecond: perAddress / addressFillsInSeconds, burst: perAddress }
    const made = { seats: 0, bucket: new TokenBucket(rate, nowMs) }
    this.#addresses.set(address, made)
    return made
  }

  #seat(address: Address | undefined): Seat {
    let holder: string | undefined
    let left = false
    return {
      hold: (next) => {
        if (left || next === holder) return undefined
        if (next !== undefined && (this.#holders.get(next) ?? 0) >= this.#limits.perHolder)
          return refusal(429, 'holder', `one token's owner may have ${this.#limits.perHolder} connections`)
        this.#count(holder, -1)
        this.#count(next, 1)
        holder = next
        return undefined
      },
      leave: () => {
        if (left) return
        left = true
        this.#seats -= 1
        if (address) address.seats -= 1
        this.#count(holder, -1)
      },
    }
  }

  #count(holder: string | undefined, step: 1 | -1): void {
    if (holder === undefined) return
    const count = (this.#holders.get(holder) ?? 0) + step
    if (count > 0) this.#holders.set(holder, count)
    else this.#holders.delete(holder)
  }
}
