import { nowMicros, stampOf } from '../clock.ts'
import { Latencies } from '../latencies.ts'
import { dialects, type DialectName } from './dialects.ts'
import { LoaderClient } from './loader-client.ts'

/** Every so-manieth message is timed. A prime, so that it falls on every client and every place in a batch. */
const timedEvery = 13
/** Connections that are opened at the same time. */
const openingAtOnce = 100

export type LoaderTarget = {
  readonly host: string
  readonly port: number
  readonly dialect: DialectName
  /** What each client listens to. */
  readonly channels: readonly (readonly string[])[]
}

/** What a group of clients has received since the counters were cleared. */
export type Received = {
  readonly messages: number
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly maxMs: number | undefined
  /** Connections that the server ended, by close code. */
  readonly closed: Readonly<Record<string, number>>
}

/** Clients that read, and those that were told to stop reading. */
export type LoaderReport = { readonly open: number; readonly reading: Received; readonly stalled: Received }

class Group {
  readonly latencies = new Latencies()
  readonly closed = new Map<string, number>()
  messages = 0
  private untilTimed = timedEvery

  readonly onMessage = (bytes: Buffer, start: number, end: number): void => {
    this.messages += 1
    this.untilTimed -= 1
    if (this.untilTimed > 0) return
    this.untilTimed = timedEvery
    const stamp = stampOf(bytes, start, end)
    if (stamp !== undefined) this.latencies.add(nowMicros() - stamp)
  }

  clear(): void {
    this.messages = 0
    this.latencies.clear()
    this.closed.clear()
  }

  report(): Received {
    return {
      messages: this.messages,
      p50Ms: this.latencies.quantileMs(0.5),
      p99Ms: this.latencies.quantileMs(0.99),
      maxMs: this.latencies.quantileMs(1),
      closed: Object.fromEntries(this.closed),
    }
  }
}

type Place = { client: LoaderClient | undefined; group: Group }

/** Any number of clients of one server, and what all of them received. */
export class Loader {
  private readonly reading = new Group()
  private readonly stalled = new Group()
  private places: Place[] = []
  private target: LoaderTarget | undefined

  /** Opens clients up to as many as the target names, in place of lost ones too. */
  async open(target: LoaderTarget): Promise<void> {
    this.target = target
    const missing: (() => Promise<void>)[] = []
    for (const [at, channels] of target.channels.entries()) {
      const place = (this.places[at] ??= { client: undefined, group: this.reading })
      if (!place.client) missing.push(() => this.connect(place, channels))
    }
    while (missing.length > 0) await Promise.all(missing.splice(0, openingAtOnce).map((open) => open()))
  }

  clear(): void {
    this.reading.clear()
    this.stalled.clear()
  }

  /** Latencies are counted anew from here on; answers how many messages came before. */
  mark(): number {
    this.reading.latencies.clear()
    this.stalled.latencies.clear()
    return this.reading.messages
  }

  report(): LoaderReport {
    return {
      open: this.places.filter(({ client }) => client).length,
      reading: this.reading.report(),
      stalled: this.stalled.report(),
    }
  }

  /** The last so many clients stop reading; from now on they are counted apart. */
  stall(count: number): void {
    for (const place of this.places.slice(-count)) {
      place.group = this.stalled
      place.client?.stall()
    }
  }

  resume(): void {
    for (const { client } of this.places) client?.resume()
  }

  close(): void {
    for (const { client } of this.places) client?.end()
    this.places = []
  }

  private async connect(place: Place, channels: readonly string[]): Promise<void> {
    const { host, port, dialect } = this.target!
    const client = new LoaderClient({
      host,
      port,
      dialect: dialects[dialect],
      channels,
      onMessage: (bytes, start, end) => place.group.onMessage(bytes, start, end),
      onEnd: (code) => {
        if (place.client !== client) return
        place.client = undefined
        const { closed } = place.group
        closed.set(String(code), (closed.get(String(code)) ?? 0) + 1)
      },
    })
    place.client = client
    try {
      await client.ready
    } catch (error) {
      place.client = undefined
      throw error
    }
  }
}
