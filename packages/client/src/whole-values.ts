import { HeldValues } from './held-values.ts'
import type { ServerFrame } from './server-frame.ts'
import { applyTradingStateDelta } from './trading-state-delta.ts'

/** A server answers a resync at once; one that was lost is asked again. */
const resyncAgainMs = 2_000

export type WholeValuesOptions = {
  /** Sends a text on the open connection. */
  readonly send: (text: string) => void
  /** Takes the whole value that a change has led to. */
  readonly hand: (frame: ServerFrame, receivedAtMs: number) => void
}

/** Hands out whole values where the server tells changes, and asks for the whole one when a change does not fit. */
export class WholeValues {
  readonly #options: WholeValuesOptions
  readonly #tradingStates = new HeldValues(applyTradingStateDelta)
  /** When the whole value of a channel was asked for that has not come. */
  readonly #askedAtMs = new Map<string, number>()

  constructor(options: WholeValuesOptions) {
    this.#options = options
  }

  take(frame: ServerFrame, nowMs: number): void {
    if (frame.type === 'trading_state') {
      this.#tradingStates.take(frame.type, frame.data.version, frame.data)
      this.#askedAtMs.delete(frame.type)
    } else if (frame.type === 'trading_state_delta') {
      const { ts, data } = frame
      const channel = 'trading_state'
      const verdict = this.#tradingStates.apply(channel, data)
      if (verdict.type === 'missing') this.#resync(channel, nowMs)
      if (verdict.type === 'value')
        this.#options.hand({ type: channel, ts, channel, version: data.version, data: verdict.value }, nowMs)
    }
  }

  /** A channel is given up. */
  forget(channel: string): void {
    this.#tradingStates.forget(channel)
    this.#askedAtMs.delete(channel)
  }

  /** A new connection: everything begins with a whole value. */
  clear(): void {
    this.#tradingStates.clear()
    this.#askedAtMs.clear()
  }

  #resync(channel: string, nowMs: number): void {
    if (nowMs - (this.#askedAtMs.get(channel) ?? -Infinity) < resyncAgainMs) return
    this.#askedAtMs.set(channel, nowMs)
    this.#options.send(JSON.stringify({ type: 'resync', channel }))
  }
}
