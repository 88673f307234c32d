import { applyBookDelta } from '@whalecast/events/wire'
import { HeldValues, type ChangeVerdict } from './held-values.ts'
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
  readonly #send: WholeValuesOptions['send']
  readonly #hand: WholeValuesOptions['hand']
  readonly #tradingStates = new HeldValues(applyTradingStateDelta)
  readonly #books = new HeldValues(applyBookDelta)
  /** When the whole value of a channel was asked for that has not come. */
  readonly #askedAtMs = new Map<string, number>()

  constructor({ send, hand }: WholeValuesOptions) {
    this.#send = send
    this.#hand = hand
  }

  take(frame: ServerFrame, nowMs: number): void {
    const { ts, channel = frame.type } = frame
    if (frame.type === 'trading_state') {
      this.#tradingStates.take(channel, frame.data.version, frame.data)
      this.#askedAtMs.delete(channel)
    } else if (frame.type === 'book') {
      if (frame.version !== undefined) this.#books.take(channel, frame.version, frame.data)
      this.#askedAtMs.delete(channel)
    } else if (frame.type === 'trading_state_delta') {
      const data = this.#changed(this.#tradingStates.apply(channel, frame.data), channel, nowMs)
      if (data) this.#hand({ type: 'trading_state', ts, channel, version: data.version, data }, nowMs)
    } else if (frame.type === 'book_delta') {
      const data = this.#changed(this.#books.apply(channel, frame.data), channel, nowMs)
      if (data) this.#hand({ type: 'book', ts, channel, version: frame.data.version, data }, nowMs)
    }
  }

  /** A channel is given up. */
  forget(channel: string): void {
    this.#tradingStates.forget(channel)
    this.#books.forget(channel)
    this.#askedAtMs.delete(channel)
  }

  /** A new connection: everything begins with a whole value. */
  clear(): void {
    this.#tradingStates.clear()
    this.#books.clear()
    this.#askedAtMs.clear()
  }

  /** The value that a change has led to; without one that it changes, the whole is asked for. */
  #changed<Value>(verdict: ChangeVerdict<Value>, channel: string, nowMs: number): Value | undefined {
    if (verdict.type === 'value') return verdict.value
    const lately = nowMs - (this.#askedAtMs.get(channel) ?? -Infinity) < resyncAgainMs
    if (verdict.type === 'known' || lately) return undefined
    this.#askedAtMs.set(channel, nowMs)
    this.#send(JSON.stringify({ type: 'resync', channel }))
    return undefined
  }
}
