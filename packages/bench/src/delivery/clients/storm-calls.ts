import type { ClientsCalls } from './clients-calls.ts'

export type StormTarget = {
  readonly kind: 'whalecast' | 'socket.io'
  readonly url: string
  readonly names: readonly string[]
  /** What tokens are signed with. */
  readonly secret: string
}

/** How long it took until clients that came at once were back, counted from the first dial. */
export type Arrival = { readonly p50Ms: number; readonly p99Ms: number; readonly allMs: number }

export type StormCalls = Pick<ClientsCalls, 'drain' | 'close'> & {
  readonly open: { readonly input: StormTarget; readonly output: Arrival }
  /** Every connection breaks, without a word. */
  readonly cut: { readonly input: void; readonly output: void }
  readonly reconnect: {
    readonly input: void
    readonly output: Arrival & {
      /** Clients that the server says have been sent everything they missed. */
      readonly recovered: number
      /** Attempts that failed and were made again. */
      readonly retries: number
    }
  }
}
