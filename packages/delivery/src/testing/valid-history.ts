import type { HistoryEvent, Place } from '../history.ts'
import { seededDice, type Dice } from './seeded-random.ts'

type Landed = Place & { readonly id: string; readonly views: readonly string[] }

type Client = {
  readonly name: string
  readonly view: string | undefined
  /** How many of the landed entries it has passed. */
  next: number
  epoch: number
  /** The newest version that it has seen. */
  version: number
  gone: boolean
}

const views = ['large', 'small'] as const

/**
 * A history in which nothing is wrong, different for each seed: entries that are acknowledged early, late or never,
 * some that never land; clients with and without a view, that come late, are told of gaps, or leave; and a log that
 * begins anew, with its end before that told as open.
 */
export class ValidHistory {
  readonly events: HistoryEvent[] = []
  readonly #dice: Dice
  readonly #landed: Landed[] = []
  readonly #unacknowledged: Landed[] = []
  readonly #clients: Client[] = []
  #epoch = 1_000
  #offset = 0
  #offered = 0
  #version = 0

  constructor(seed: number, { steps = 120, channel = 'log' } = {}) {
    this.#dice = seededDice(seed)
    for (let client = 0; client < 3; client += 1) this.#join(channel)
    for (let step = 0; step < steps; step += 1) this.#step(channel)
    for (const client of this.#clients) if (!client.gone) this.#catchUp(channel, client)
    while (this.#unacknowledged.length > 0) this.#acknowledge(channel)
  }

  #step(channel: string): void {
    const client = this.#clients[this.#dice(this.#clients.length)]!
    switch (this.#dice(12)) {
      case 0:
      case 1:
      case 2:
        return this.#offer(channel)
      case 3:
        return this.#acknowledge(channel)
      case 4:
        return this.#put()
      case 5:
        return client.gone ? undefined : this.#look(client)
      case 6:
        if (this.#dice(6) === 0) this.#beginAnew()
        return
      case 7:
        return this.#dice(2) === 0 || client.gone ? undefined : this.#miss(channel, client)
      case 8:
        if (this.#dice(8) === 0 && this.#clients.length < 6) this.#join(channel)
        else if (this.#dice(10) === 0 && !client.gone) this.#leave(channel, client)
        return
      default:
        return client.gone ? undefined : this.#see(channel, client)
    }
  }

  #offer(channel: string): void {
    this.#offered += 1
    const id = `e${this.#offered}`
    const shown = this.#dice(3) === 0 ? [views[this.#dice(2)]!] : [...views]
    this.events.push({ type: 'offered', channel, id, views: shown })
    if (this.#dice(10) === 0) return
    this.#offset += 1
    const landed = { id, epoch: this.#epoch, offset: this.#offset, views: shown }
    this.#landed.push(landed)
    // Some are never acknowledged, though they were taken.
    if (this.#dice(8) > 0) this.#unacknowledged.push(landed)
  }

  #acknowledge(channel: string): void {
    const [landed] = this.#unacknowledged.splice(this.#dice(this.#unacknowledged.length), 1)
    if (!landed) return
    const { id, epoch, offset } = landed
    this.events.push({ type: 'acknowledged', channel, id, epoch, offset })
  }

  /** A new server: offsets go on where the data was kept, else from the start. */
  #beginAnew(): void {
    this.#epoch += 1
    if (this.#dice(2) === 0) this.#offset = 0
  }

  #join(channel: string): void {
    const name = `c${this.#clients.length}`
    const view = [undefined, ...views][this.#dice(3)]
    const last = this.#landed.at(-1)
    const from = last ? { epoch: last.epoch, offset: last.offset } : { epoch: 0, offset: 0 }
    this.events.push(
      { type: 'listens', client: name, channel, from, ...(view && { view }) },
      { type: 'listens', client: name, channel: 'state' },
    )
    // It may be shown the newest entries first.
    const next = Math.max(0, this.#landed.length - this.#dice(4))
    const epoch = this.#landed[next]?.epoch ?? from.epoch
    const sameEpoch = epoch === from.epoch
    this.#clients.push({
      name,
      view,
      next: sameEpoch ? next : this.#landed.length,
      epoch: from.epoch,
      version: 0,
      gone: false,
    })
  }

  #leave(channel: string, client: Client): void {
    client.gone = true
    this.events.push(
      { type: 'leaves', client: client.name, channel },
      { type: 'leaves', client: client.name, channel: 'state' },
    )
  }

  #see(channel: string, client: Client): void {
    const entry = this.#landed[client.next]
    if (!entry) return
    const { id, epoch, offset } = entry
    client.next += 1
    client.epoch = epoch
    if (client.view === undefined || entry.views.includes(client.view))
      this.events.push({ type: 'entry', client: client.name, channel, id, epoch, offset })
    if (this.#dice(4) === 0) this.events.push({ type: 'proved', client: client.name, channel, epoch, offset })
  }

  /** The next entries do not come, and the client is told so. */
  #miss(channel: string, client: Client): void {
    const first = this.#landed[client.next]
    if (!first) return
    const { name } = client
    if (first.epoch === client.epoch) {
      const last = this.#landed.slice(client.next, client.next + 1 + this.#dice(3))
      const to = last.findLast(({ epoch }) => epoch === first.epoch) ?? first
      client.next = this.#landed.indexOf(to) + 1
      this.events.push({
        type: 'gap',
        client: name,
        channel,
        epoch: to.epoch,
        from: first.offset,
        to: to.offset,
      })
    } else {
      client.epoch = first.epoch
      this.events.push({
        type: 'gap',
        client: name,
        channel,
        epoch: first.epoch,
        from: 1,
        to: first.offset - 1,
      })
    }
  }

  #put(): void {
    this.#version += 1
    const version = this.#version
    this.events.push({ type: 'put', channel: 'state', version, digest: `d${version}` })
    if (this.#dice(4) > 0) this.events.push({ type: 'put_acknowledged', channel: 'state', version })
  }

  #look(client: Client): void {
    if (this.#version === 0) return
    client.version = Math.max(client.version, this.#version - this.#dice(2), 1)
    const { name, version } = client
    this.events.push({ type: 'value', client: name, channel: 'state', version, digest: `d${version}` })
  }

  #catchUp(channel: string, client: Client): void {
    while (client.next < this.#landed.length) this.#see(channel, client)
    if (this.#version === 0) return
    const version = this.#version
    this.events.push({ type: 'value', client: client.name, channel: 'state', version, digest: `d${version}` })
  }
}
