import { setTimeout as wait } from 'node:timers/promises'
import { DeliveryChecker, type HistoryEvent, type Place, type Verdict } from '@whalecast/delivery'
import type { Child } from '../child/open-child.ts'
import { bookChannel } from './samples.ts'
import type { ClientsCalls, Goodbye } from './clients/clients-calls.ts'

const lookMs = 100
/** Clients that come no further for so long have lost what is still missing. */
const standstillMs = 15_000

/** What clients are owed: logs from a place on, the newest values of others. */
type Owed = {
  readonly logs: Readonly<Record<string, Place>>
  readonly latest?: readonly string[]
  /** What part of the logs, by client; without this, all. */
  readonly views?: Readonly<Record<string, string>>
}

/** What was published and what all clients saw, judged while it happens. */
export class History {
  readonly #checker = new DeliveryChecker({ latest: ['trading_state', bookChannel] })
  readonly #clients: readonly Child<Pick<ClientsCalls, 'drain'>>[]
  readonly #places = new Map<string, Place>()
  readonly goodbyes: Goodbye[] = []
  /** Connections that clients have made, over all of them. */
  connections = 0
  /** Entries that came twice and that the SDK did not hand out. */
  keptAway = 0
  #pulling = Promise.resolve()
  #over = false
  #movedMs = 0

  /** Clients are those of these processes. */
  constructor(clients: readonly Child<Pick<ClientsCalls, 'drain'>>[]) {
    this.#clients = clients
  }

  readonly take = (event: HistoryEvent): void => {
    this.#checker.take(event)
    if (event.type === 'entry' || event.type === 'proved') this.#moved(event, event)
    if (event.type === 'value') this.#moved(event, placeOf(event.version))
  }

  /** From here on these clients are owed everything that is published; those with a view, what their view shows. */
  begin(names: readonly string[], owed: Owed): void {
    const { logs, latest = [], views = {} } = owed
    for (const client of names) {
      const view = views[client]
      for (const [channel, from] of Object.entries(logs)) {
        this.#moved({ client, channel }, from)
        this.take({ type: 'listens', client, channel, from, ...(view !== undefined && { view }) })
      }
      for (const channel of latest) {
        this.#moved({ client, channel }, placeOf(0))
        this.take({ type: 'listens', client, channel })
      }
    }
    this.#pulling = this.#pull()
    // It is told by finish(); a scenario that fails before is told for its own reason.
    this.#pulling.catch(() => undefined)
  }

  /** How many clients have not come to this place yet. */
  behind(channel: string, { epoch, offset }: Place): number {
    let count = 0
    for (const [name, place] of this.#places)
      if (
        name.endsWith(` ${channel}`) &&
        (place.epoch < epoch || (place.epoch === epoch && place.offset < offset))
      )
        count += 1
    return count
  }

  /** Waits until everybody is where the publisher is, or moves no more; then the verdict. */
  async finish(last: ReadonlyMap<string, Place>): Promise<Verdict> {
    this.#movedMs = performance.now()
    const isBehind = () => [...last].some(([channel, place]) => this.behind(channel, place) > 0)
    while (isBehind() && performance.now() - this.#movedMs < standstillMs) await wait(lookMs)
    // What came beside and behind the last entries.
    await wait(5 * lookMs)
    this.#over = true
    await this.#pulling
    return this.#checker.finish()
  }

  #moved(
    { client, channel }: { readonly client: string; readonly channel: string },
    { epoch, offset }: Place,
  ) {
    this.#places.set(`${client} ${channel}`, { epoch, offset })
    this.#movedMs = performance.now()
  }

  async #pull(): Promise<void> {
    while (!this.#over) {
      await wait(lookMs)
      await this.#drain()
    }
    await this.#drain()
  }

  async #drain(): Promise<void> {
    const drained = await Promise.all(this.#clients.map((client) => client.call('drain', undefined)))
    for (const { events, goodbyes } of drained) {
      for (const event of events) this.take(event)
      this.goodbyes.push(...goodbyes)
    }
    this.connections = drained.reduce((sum, { connections }) => sum + connections, 0)
    this.keptAway = drained.reduce((sum, { keptAway }) => sum + keptAway, 0)
  }
}

/** A version of a latest channel as a place: for finding out who is behind. */
export function placeOf(version: number): Place {
  return { epoch: 0, offset: version }
}
