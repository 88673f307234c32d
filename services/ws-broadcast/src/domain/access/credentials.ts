import type { Buffer } from 'node:buffer'
import type { Access, Caller, TokenProblem } from './access.ts'

/** What a client sent. */
export type Message = { readonly bytes: Buffer; readonly isBinary: boolean }

export type CredentialsOptions<Client> = {
  readonly access: Pick<Access, 'identify'>
  readonly onCaller: (client: Client, caller: Caller) => void
  readonly onRefused: (client: Client, reason: TokenProblem) => void
  /** What was sent after a token, once that is answered, in order. */
  readonly onMessage: (client: Client, message: Message) => void
  /** A token ends soon, so long from now. */
  readonly onExpiring: (client: Client, inMs: number) => void
  readonly onExpired: (client: Client) => void
}

/** A client is told so long before its token ends: time to fetch another one at leisure. */
const noticeMs = 60_000
/** What may wait while a token is checked, which takes as long as its issuer takes to hand out keys. */
const waitingLimit = { messages: 64, bytes: 64 * 1024 }

type Pending = { readonly messages: Message[]; bytes: number }
type Lease = { readonly endsAtMs: number; told: boolean }

/**
 * The tokens of connected clients: their checking, which may take a while, and their end.
 *
 * open → checking (`show`): what comes meanwhile waits, so a conversation stays in order → open.
 */
export class Credentials<Client> {
  readonly #options: CredentialsOptions<Client>
  readonly #checking = new Map<Client, Pending>()
  readonly #leases = new Map<Client, Lease>()

  constructor(options: CredentialsOptions<Client>) {
    this.#options = options
  }

  /** Checks a token that a client shows. */
  show(client: Client, token: string): void {
    const pending: Pending = { messages: [], bytes: 0 }
    this.#checking.set(client, pending)
    void this.#check(client, token, pending)
  }

  /** Whether a message waits for the answer about a token; `overflow`: there is no room for it. */
  holds(client: Client, message: Message): 'no' | 'yes' | 'overflow' {
    const pending = this.#checking.get(client)
    if (!pending) return 'no'
    pending.messages.push(message)
    pending.bytes += message.bytes.length
    const { messages, bytes } = waitingLimit
    return pending.messages.length > messages || pending.bytes > bytes ? 'overflow' : 'yes'
  }

  /** From now on the client is who its token says, until that ends. */
  watch(client: Client, { expiresAtMs }: Caller): void {
    if (expiresAtMs === undefined) this.#leases.delete(client)
    else this.#leases.set(client, { endsAtMs: expiresAtMs, told: false })
  }

  /** The client is gone. Idempotent. */
  forget(client: Client): void {
    this.#leases.delete(client)
    this.#checking.delete(client)
  }

  /** Tells those whose tokens end soon, and ends those whose tokens have ended. */
  tick(nowMs: number): void {
    for (const [client, lease] of this.#leases) {
      const inMs = lease.endsAtMs - nowMs
      if (inMs <= 0) {
        this.#leases.delete(client)
        this.#options.onExpired(client)
      } else if (inMs <= noticeMs && !lease.told) {
        lease.told = true
        this.#options.onExpiring(client, inMs)
      }
    }
  }

  async #check(client: Client, token: string, pending: Pending): Promise<void> {
    const { access, onCaller, onRefused, onMessage } = this.#options
    const identified = await access.identify(token)
    if (this.#checking.get(client) !== pending) return
    this.#checking.delete(client)
    if (identified.ok) onCaller(client, identified.caller)
    else onRefused(client, identified.reason)
    // Another token among what waited makes the rest wait on.
    for (const [index, message] of pending.messages.entries()) {
      onMessage(client, message)
      const again = this.#checking.get(client)
      if (!again) continue
      again.messages.push(...pending.messages.slice(index + 1))
      again.bytes = again.messages.reduce((sum, { bytes }) => sum + bytes.length, 0)
      return
    }
  }
}
