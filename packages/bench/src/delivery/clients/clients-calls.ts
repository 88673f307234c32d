import type { Whale } from '@whalecast/events'
import type { ClientEvent } from '@whalecast/delivery'

export type ClientsTarget = {
  /** One of these for each client in turn. */
  readonly urls: readonly string[]
  readonly names: readonly string[]
  readonly channels: readonly string[]
  /** Clients that ask for the whales of one severity alone, by name. */
  readonly severities?: Readonly<Record<string, Whale['severity']>>
  /** Where a peer's own client is installed. */
  readonly peerDir?: string
}

/** A client was told by a replica when to come back. */
export type Goodbye = { readonly server: string; readonly afterMs: number }

export type Drained = {
  /** What the clients saw since the last time, in each client's order. */
  readonly events: readonly ClientEvent[]
  readonly goodbyes: readonly Goodbye[]
  /** Connections that were made, over all clients and from the start. */
  readonly connections: number
  /** Entries that came twice and that clients keep away from their users. */
  readonly keptAway: number
}

/** What a process with clients answers, whoever's clients they are. */
export type ClientsCalls = {
  /** Resolves when all of them listen to all channels. */
  readonly open: { readonly input: ClientsTarget; readonly output: void }
  readonly drain: { readonly input: void; readonly output: Drained }
  readonly close: { readonly input: void; readonly output: void }
}
