import { closeCodes } from '@whalecast/events'
import { Batch } from './batch.ts'
import { Cohort, Cohorts, type Feed } from './cohorts.ts'
import type { OutFrame } from './frame.ts'
import type { FrameRates, Thinned } from './frame-limiter.ts'
import type { Receiver } from './receiver.ts'
import { SlowClients } from './slow-clients.ts'
import { TimerWheel } from './timer-wheel.ts'

export type HubOptions<Client extends Receiver> = {
  /** Bytes that may wait for all clients together. */
  readonly budgetBytes: number
  readonly wheelSlots: number
  readonly rates: FrameRates
  /** Runs a task once, so much later, or at the end of this turn of the loop when that is 0; the answer calls it off. */
  readonly after: (ms: number, task: () => void) => () => void
  /** For how long prints and latest values gather before they are written, ms. */
  readonly windowMs: () => number
  /** Makes the ping frame of a moment for a client; the same frame for all to whom it says the same. */
  readonly pingFrame: (nowMs: number, client: Client) => OutFrame
  /** A feed has its first listener, or has lost its last. */
  readonly onListened: (feed: string, listened: boolean) => void
  readonly onClosed: (client: Client, code: number) => void
  /** Frames above the rate, with the number of clients that do not get them. */
  readonly onThinned: (how: 'suppressed' | 'conflated', channel: string, clients: number) => void
  readonly now: () => number
  readonly monotonicMs: () => number
  /** A turn's frames are with the sockets, so long after the first of them was queued. */
  readonly onFlushed: (tookMs: number) => void
}

/** How often frames over the rate are looked at again: a delay that a screen does not show. */
const heldMs = 20
/** A turn that gathers more than this is written early, so that one turn cannot fill a client's buffer. */
const turnBytesLimit = 256 * 1024

/**
 * Every client of this process. A frame is queued once for all who listen to the same feeds, and written once per
 * client and turn. A client leaves once, whatever the reason, and no client's trouble reaches another.
 */
export class Hub<Client extends Receiver> {
  readonly #options: HubOptions<Client>
  readonly #cohorts: Cohorts<Client>
  readonly #clients = new Map<Client, Cohort<Client> | undefined>()
  readonly #wheel: TimerWheel<Client>
  readonly #slow: SlowClients<Client>
  /** Where frames wait for their time: at a feed, or at a cohort that gets too much of all its feeds. */
  readonly #holding = new Set<Feed<Client> | Cohort<Client>>()
  #callOffHeld: (() => void) | undefined
  /** The turn: cohorts and single clients for whom frames are queued. */
  #dirty: Cohort<Client>[] = []
  #own: Client[] = []
  #turnBytes = 0
  #turnBegan: { readonly monotonicMs: number; readonly atMs: number } | undefined
  #flushing: { readonly urgent: boolean; readonly callOff: () => void } | undefined

  constructor(options: HubOptions<Client>) {
    this.#options = options
    const { rates, onListened } = options
    this.#cohorts = new Cohorts({ rates, onListened })
    this.#wheel = new TimerWheel(options.wheelSlots)
    this.#slow = new SlowClients({
      budgetBytes: options.budgetBytes,
      close: (client, reason) => this.close(client, closeCodes.slowConsumer, reason),
    })
  }

  get size(): number {
    return this.#clients.size
  }

  /** How many different sets of feeds are listened to. */
  get cohorts(): number {
    return this.#cohorts.size
  }

  /** Bytes that wait for all clients together. */
  get queuedBytes(): number {
    let bytes = 0
    for (const client of this.#clients.keys()) bytes += client.queuedBytes
    return bytes
  }

  /** Whether a client is still here. */
  has(client: Client): boolean {
    return this.#clients.has(client)
  }

  clients(): Iterable<Client> {
    return this.#clients.keys()
  }

  /** Every feed that is listened to, with the number of its listeners. */
  listeners(): Iterable<readonly [feed: string, listeners: number]> {
    return this.#cohorts.listeners()
  }

  /** What a client listens to, in the order in which it asked. */
  feedsOf(client: Client): readonly string[] {
    return [...(this.#clients.get(client)?.feeds ?? [])]
  }

  add(client: Client): void {
    this.#clients.set(client, undefined)
    this.#wheel.add(client)
    client.onBroken(() => this.gone(client, 1006))
  }

  /** Listens to feeds from here on; answers with those that it did not listen to before. */
  listen(client: Client, feeds: readonly string[]): readonly string[] {
    if (!this.#clients.has(client)) return []
    const heard = this.#clients.get(client)?.feeds ?? new Set<string>()
    const added = feeds.filter((feed) => !heard.has(feed))
    if (added.length > 0) this.#move(client, new Set([...heard, ...added]))
    return added
  }

  unlisten(client: Client, feeds: readonly string[]): void {
    const heard = this.#clients.get(client)?.feeds
    if (!heard || !feeds.some((feed) => heard.has(feed))) return
    this.#move(client, new Set([...heard].filter((feed) => !feeds.includes(feed))))
  }

  /** Queues a frame for everybody who listens, as far as the rate admits it. */
  publish(name: string, frame: OutFrame): void {
    const feed = this.#cohorts.feed(name)
    if (!feed) return
    if (isPromised(frame)) {
      for (const cohort of feed.cohorts) this.#queue(cohort, frame)
      this.#schedule(true)
    } else {
      const nowMs = this.#options.monotonicMs()
      const verdict = feed.limiter.judge(name, frame, nowMs)
      if (verdict === 'send') this.#spread(feed, frame, nowMs)
      else {
        if (verdict === 'held') this.#hold(feed)
        for (const cohort of feed.cohorts) this.#tellThinned(cohort, verdict, frame)
      }
    }
    this.#turnBytes += frame.bytes.length
    if (this.#turnBytes > turnBytesLimit) this.flush()
  }

  /** Queues a frame for one client. */
  send(client: Client, frame: OutFrame): void {
    if (!this.#clients.has(client)) return
    if (client.push([frame])) this.#own.push(client)
    this.#schedule(true)
  }

  /** Writes what the turn brought: one write per client, joined once for all who get the same. */
  flush(): void {
    const [own, dirty, began] = [this.#own, this.#dirty, this.#turnBegan]
    this.#flushing?.callOff()
    this.#flushing = undefined
    this.#turnBegan = undefined
    this.#own = []
    this.#dirty = []
    this.#turnBytes = 0
    if (!began) return
    const nowMs = this.#options.now()
    const tooSlow: Client[] = []
    const write = (client: Client, batch: Batch) => {
      const fate = client.write(batch, began.atMs, nowMs)
      if (fate === 'overflow') tooSlow.push(client)
      else if (fate === 'waits') this.#slow.add(client)
    }
    // First those who get something of their own: they take their cohort's frames with it.
    for (const client of own) if (this.#clients.has(client)) write(client, new Batch(client.takeOwn()))
    for (const cohort of dirty) {
      const batch = cohort.endTurn()
      // From the end: one that breaks here leaves its place to the last, which has its frames by then.
      for (let place = cohort.members.length - 1; place >= 0; place -= 1) {
        const member = cohort.members[place]
        if (!member) continue
        const from = member.from
        member.from = 0
        if (from === 0) write(member, batch)
        else if (from < batch.count) write(member, new Batch(batch.frames.slice(from)))
      }
    }
    for (const client of tooSlow) this.close(client, closeCodes.slowConsumer, 'too much waits')
    this.#options.onFlushed(this.#options.monotonicMs() - began.monotonicMs)
  }

  /** Ends a client from this side; what is queued and fits is still written. Idempotent. */
  close(client: Client, code: number, reason: string): void {
    if (!this.gone(client, code)) return
    client.close(code, reason)
  }

  /** The connection is gone. False when it was before. */
  gone(client: Client, code: number): boolean {
    if (!this.#clients.has(client)) return false
    this.#move(client, new Set())
    this.#clients.delete(client)
    this.#wheel.delete(client)
    this.#slow.delete(client)
    this.#options.onClosed(client, code)
    return true
  }

  /** Advances the timer wheel by one slot: pings, and the slow ones. */
  tick(nowMs: number): void {
    for (const client of this.#wheel.turn()) {
      if (client.ping(nowMs) === 'give_up') this.close(client, closeCodes.pongTimeout, 'no pong')
      else this.send(client, this.#options.pingFrame(nowMs, client))
    }
    this.#slow.look(nowMs)
  }

  /** What waits for its time in the old cohort and is still listened to is sent at once: it is the newest there is. */
  #move(client: Client, feeds: ReadonlySet<string>): void {
    const old = this.#clients.get(client)
    const next = feeds.size > 0 ? this.#cohorts.open(feeds, this.#options.monotonicMs()) : undefined
    const waiting: OutFrame[] = []
    for (const [feed, frame] of old?.limiter.held() ?? []) if (feeds.has(feed)) waiting.push(frame)
    if (client.move(next)) this.#own.push(client)
    this.#clients.set(client, next)
    // Its place belongs to one cohort at a time; the new one is open already, so no feed is let go in between.
    old?.leave(client)
    next?.join(client)
    if (old?.members.length === 0) this.#giveBack(old)
    for (const frame of waiting) this.send(client, frame)
  }

  #giveBack(cohort: Cohort<Client>): void {
    this.#cohorts.close(cohort)
    for (const holder of this.#holding)
      if (holder === cohort || isForNobody(holder)) this.#holding.delete(holder)
    if (this.#holding.size > 0) return
    this.#callOffHeld?.()
    this.#callOffHeld = undefined
  }

  #spread(feed: Feed<Client>, frame: OutFrame, nowMs: number): void {
    for (const cohort of feed.cohorts) {
      const verdict = cohort.limiter.judge(feed.name, frame, nowMs)
      if (verdict === 'send') this.#queue(cohort, frame)
      else {
        if (verdict === 'held') this.#hold(cohort)
        this.#tellThinned(cohort, verdict, frame)
      }
    }
    this.#schedule(false)
  }

  #tellThinned(cohort: Cohort<Client>, verdict: Thinned, frame: OutFrame): void {
    if (verdict === 'held') return
    cohort[verdict] += 1
    this.#options.onThinned(verdict, frame.key, cohort.members.length)
  }

  #queue(cohort: Cohort<Client>, frame: OutFrame): void {
    if (cohort.push(frame)) this.#dirty.push(cohort)
  }

  /** What is urgent does not wait for the window, and takes along what waits. */
  #schedule(urgent: boolean): void {
    if (this.#dirty.length === 0 && this.#own.length === 0) return
    if (this.#flushing && (this.#flushing.urgent || !urgent)) return
    const { after, windowMs, monotonicMs, now } = this.#options
    this.#turnBegan ??= { monotonicMs: monotonicMs(), atMs: now() }
    const waitMs = urgent ? 0 : windowMs()
    this.#flushing?.callOff()
    this.#flushing = { urgent: waitMs === 0, callOff: after(waitMs, () => this.flush()) }
  }

  #hold(holder: Feed<Client> | Cohort<Client>): void {
    this.#holding.add(holder)
    this.#callOffHeld ??= this.#options.after(heldMs, () => this.#sendHeld())
  }

  #sendHeld(): void {
    this.#callOffHeld = undefined
    const nowMs = this.#options.monotonicMs()
    const holding = [...this.#holding]
    this.#holding.clear()
    for (const holder of holding) {
      for (const [, frame] of holder.limiter.due(nowMs))
        if (holder instanceof Cohort) this.#queue(holder, frame)
        else this.#spread(holder, frame, nowMs)
      if (holder.limiter.holds) this.#hold(holder)
    }
    this.#schedule(false)
  }
}

/** Entries of logs and answers: never left out, never late. */
const isPromised = ({ frameClass }: OutFrame): boolean => frameClass === 'log' || frameClass === 'control'

const isForNobody = <Client extends Receiver>(holder: Feed<Client> | Cohort<Client>): boolean =>
  !(holder instanceof Cohort) && holder.cohorts.length === 0
