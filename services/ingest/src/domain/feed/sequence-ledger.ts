/** What one numbered frame says about the frames before it. */
export type SequenceStep =
  /** Exactly the next number, or the first one of its subscription. */
  | { readonly type: 'next' }
  /** `from` to `to`, inclusive, were sent and never arrived. */
  | { readonly type: 'hole'; readonly from: number; readonly to: number }
  /** The newest number once more. */
  | { readonly type: 'duplicate' }
  /** A number from before: a replay, not a hole. */
  | { readonly type: 'regression' }
  /** The numbering began anew without a new connection; how much lies between is unknown. */
  | { readonly type: 'restart' }
  /** More subscriptions than a connection can sensibly have; this one is not watched. */
  | { readonly type: 'untracked' }

type Line = { last: number; regressed: number }

/** Numbers begin at 1, so none follows on this. */
const none = -1
/** The answer to nearly every frame, made once. */
const next: SequenceStep = { type: 'next' }

/**
 * The numbers of every subscription (sid) of one connection. The exchange numbers each frame of a sid from 1:
 * data, `ok`, `unsubscribed` and errors alike, over all its markets, so every frame that carries a number has
 * to be shown to the ledger. Numbers of different connections do not compare: each gets a ledger of its own.
 */
export class SequenceLedger {
  readonly #lines = new Map<number, Line>()
  readonly #maxSids: number

  /** @param maxSids Bounds the memory; a connection has one sid per channel, so hundreds mean a broken server. */
  constructor(maxSids = 256) {
    this.#maxSids = maxSids
  }

  /** Takes the number of the frame just read and tells how it follows on the one before. */
  observe(sid: number, seq: number): SequenceStep {
    const line = this.#lines.get(sid)
    if (line === undefined) {
      if (this.#lines.size >= this.#maxSids) return { type: 'untracked' }
      this.#lines.set(sid, { last: seq, regressed: none })
      return seq > 1 ? { type: 'hole', from: 1, to: seq - 1 } : next
    }
    if (seq > line.last) {
      const from = line.last + 1
      line.last = seq
      line.regressed = none
      return seq > from ? { type: 'hole', from, to: seq - 1 } : next
    }
    if (seq === line.last) return { type: 'duplicate' }
    // One old number is a replay. Two in a row, each the next of the other, are a numbering that began anew;
    // without this the ledger would stay blind until the old height is reached again.
    const restarted = seq === line.regressed + 1
    line.regressed = seq
    if (!restarted) return { type: 'regression' }
    line.last = seq
    line.regressed = none
    return { type: 'restart' }
  }

  /** The subscription ended; a later one under the same number starts from 1. */
  forget(sid: number): void {
    this.#lines.delete(sid)
  }
}
