import type { Position } from '@whalecast/events'

/** Why something was not taken. Every one is counted by its name. */
export type RejectReason =
  /** A newer owner has spoken: this process is no longer the one. */
  | 'fenced'
  /** A newer value is already there. */
  | 'stale'
  /** The payload does not fit its schema; it went to the dead-letter list. */
  | 'invalid'
  /** Past the hold-back bound. The source has to stop. */
  | 'full'
  /** Shed, because the class allows it and nobody could take it. */
  | 'shed'
  /** The bus was closed. */
  | 'closed'

export type Rejected = { readonly status: 'rejected'; readonly reason: RejectReason }

/** Answer to a publish on a log channel. `duplicate`: the id was known, the position is the earlier one. */
export type LogResult =
  | { readonly status: 'accepted'; readonly position: Position; readonly duplicate: boolean }
  /** The outcome is unknown (lost reply, replica did not acknowledge). Publish again under the same id. */
  | { readonly status: 'unconfirmed' }
  | Rejected

/** Answer to a write of a latest value. `conflated`: a newer value overtook it before it left the process. */
export type LatestResult =
  | { readonly status: 'accepted' }
  | { readonly status: 'conflated' }
  | { readonly status: 'unconfirmed' }
  | Rejected

export type TapeResult = { readonly status: 'accepted' } | Rejected

/**
 * Answer to an enqueue. `delayed`: taken, but the queue is at its capacity, so the source should pause until
 * the queue is under its low-water mark. `rejected` with `full` means the item was not taken.
 */
export type EnqueueResult = { readonly status: 'accepted' } | { readonly status: 'delayed' } | Rejected
