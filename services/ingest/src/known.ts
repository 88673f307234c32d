import type { LogProof } from './adapters/announcer.ts'

/** What a process knows from the terms in which it led. */
export type Known = {
  /** Up to where it has known the trades, by the exchange's clock; 0 for never. */
  readonly untilMs: number
  /** Something it has told: as long as that can be read again, Redis has lost nothing since. */
  readonly proof: LogProof | undefined
}

export const nothingKnown: Known = { untilMs: 0, proof: undefined }
