import type { Place } from './history.ts'
import { LogTruth, type Entry } from './log-truth.ts'
import type { FaultKind, Tally } from './verdict.ts'

/** A stretch of one epoch that a client went through. */
type Run = {
  readonly epoch: number
  /** Nothing up to here is owed. */
  readonly start: number
  /** The client has been told of everything up to here, by entries or otherwise. */
  at: number
  /** Whether the client has seen anything yet: before that, older entries may be shown to it. */
  begun: boolean
  /** Offsets that it was told it will not get. */
  stated: { readonly from: number; readonly to: number }[]
  /** Set when a later epoch began: whether the client was told that the end of this one is open. */
  left: 'stated' | 'unstated' | undefined
}

type Listener = {
  readonly client: string
  readonly view: string | undefined
  readonly runs: Run[]
  listening: boolean
}

/** Judges one log: each listener gets every entry of its view once, in order, or is told that it will not. */
export class LogJudge {
  readonly #channel: string
  readonly #tally: Tally
  readonly #truth: LogTruth
  readonly #listeners = new Map<string, Listener>()
  /** The furthest that any listener has come: what becomes known beyond it nobody can have passed over. */
  #front: Place = { epoch: -1, offset: -1 }

  constructor(channel: string, tally: Tally, window: number) {
    this.#channel = channel
    this.#tally = tally
    this.#truth = new LogTruth(window)
  }

  get size(): number {
    return this.#truth.size
  }

  offered(id: string, views: readonly string[] | undefined): void {
    this.#tally.count('offered')
    this.#truth.offer(id, views)
  }

  acknowledged(id: string, place: Place): void {
    const placing = this.#place(id, place, 'the publisher')
    if (!placing || placing.acknowledged) return
    placing.acknowledged = true
    this.#tally.count('acknowledged')
  }

  listens(client: string, view: string | undefined, from: Place | undefined): void {
    const held = this.#listeners.get(client)
    if (held?.listening && held.view === view) return
    const runs = from ? [newRun(from, false)] : []
    this.#listeners.set(client, { client, view, runs, listening: true })
  }

  leaves(client: string): void {
    const listener = this.#listeners.get(client)
    if (listener) listener.listening = false
  }

  entry(client: string, id: string, place: Place): void {
    this.#tally.count('seen')
    const listener = this.#listeners.get(client)
    if (!listener?.listening) return this.#fault('misdirected', client, place, `${id}, not listened to`)
    const entry = this.#place(id, place, client)
    if (!entry) return
    if (!isShown(entry, listener.view)) this.#fault('misdirected', client, place, `${id}, not asked for`)
    const run = this.#enter(listener, { ...place, offset: place.offset - 1 }, 'unstated')
    if (!run) return this.#fault('disorder', client, place, `${id}, of an epoch that is over`)
    // Shown before live begins: entries that are not owed.
    if (!run.begun) run.at = Math.min(run.at, place.offset - 1)
    run.begun = true
    if (place.offset > run.at) return this.#advance(listener, run, place.offset)
    const told = run.stated.some(({ from, to }) => place.offset >= from && place.offset <= to)
    this.#fault(told ? 'disorder' : 'doubled', client, place, `${id}, after ${run.at}`)
  }

  gap(client: string, epoch: number, from: number, to: number): void {
    this.#tally.count('gaps')
    const listener = this.#listeners.get(client)
    if (!listener) return
    const run = this.#enter(listener, { epoch, offset: from - 1 }, 'stated')
    if (!run) return
    const first = Math.max(from, run.at + 1)
    if (to < first) return
    run.begun = true
    if (first > run.at + 1) this.#skip(listener, run, { from: run.at + 1, to: first - 1 }, 'unstated')
    const floor = this.#truth.floor(epoch)
    run.stated = [...run.stated.filter((range) => range.to > floor), { from: first, to }]
    this.#skip(listener, run, { from: first, to }, 'stated')
    this.#moveTo(run, to)
  }

  proved(client: string, place: Place): void {
    const listener = this.#listeners.get(client)
    if (!listener?.listening) return
    const run = this.#enter(listener, place, 'unstated')
    // An older position than the client's own claims nothing new.
    if (!run || place.offset <= run.at) return
    this.#skip(listener, run, { from: run.at + 1, to: place.offset }, 'unstated')
    this.#moveTo(run, place.offset)
  }

  /** Nothing more comes: what is missing now is missing for good. */
  finish(): void {
    for (const listener of this.#listeners.values()) {
      const run = listener.runs.at(-1)
      if (!listener.listening || !run) continue
      this.#skip(listener, run, { from: run.at + 1, to: this.#truth.top(run.epoch) }, 'unstated')
      for (const epoch of this.#truth.after(run.epoch)) this.#skipEpoch(listener, epoch, 'unstated')
    }
  }

  #place(id: string, place: Place, by: string): Entry | undefined {
    const placing = this.#truth.place(id, place)
    if (placing.type === 'known') return placing.entry
    if (placing.type === 'new') {
      this.#judgeLate(placing.entry, place)
      return placing.entry
    }
    if (placing.type === 'misplaced') this.#fault('misplaced', by, place, `${id}, but ${placing.held}`)
    else this.#fault(placing.type === 'invented' ? 'invented' : 'unjudged', by, place, id)
    return undefined
  }

  /** An entry became known only now: whoever has come further has passed over it. */
  #judgeLate(entry: Entry, { epoch, offset }: Place): void {
    if (epoch > this.#front.epoch || (epoch === this.#front.epoch && offset > this.#front.offset)) return
    for (const listener of this.#listeners.values()) {
      const run = listener.runs.findLast((one) => one.epoch <= epoch)
      if (!run) continue
      const told = run.stated.some(({ from, to }) => offset >= from && offset <= to)
      const within = run.epoch === epoch && offset <= run.at
      if (within ? offset <= run.start : run.left === undefined) continue
      const stated = within ? told : run.left === 'stated'
      this.#missed(listener, { epoch, offset }, { entry, stated })
    }
  }

  /**
   * The run of an epoch, a new one where the epoch begins for this client: its first ever begins at `place`, any other
   * at the start. Undefined when the client has left the epoch.
   */
  #enter(listener: Listener, place: Place, how: 'stated' | 'unstated'): Run | undefined {
    const { epoch } = place
    const current = listener.runs.at(-1)
    if (current?.epoch === epoch) return current
    if (current && epoch < current.epoch) return undefined
    const run = current ? newRun({ epoch, offset: 0 }, true) : newRun(place, false)
    listener.runs.push(run)
    if (!current) return run
    current.left = how
    this.#skip(listener, current, { from: current.at + 1, to: this.#truth.top(current.epoch) }, how)
    // Epochs that came and went without this client.
    for (const other of this.#truth.after(current.epoch))
      if (other < epoch) this.#skipEpoch(listener, other, how)
    return run
  }

  #skipEpoch(listener: Listener, epoch: number, how: 'stated' | 'unstated'): void {
    const run = newRun({ epoch, offset: 0 }, true)
    this.#skip(listener, run, { from: 1, to: this.#truth.top(epoch) }, how)
  }

  #advance(listener: Listener, run: Run, offset: number): void {
    this.#skip(listener, run, { from: run.at + 1, to: offset - 1 }, 'unstated')
    this.#moveTo(run, offset)
  }

  #moveTo(run: Run, offset: number): void {
    run.at = offset
    const { epoch } = run
    if (epoch > this.#front.epoch || (epoch === this.#front.epoch && offset > this.#front.offset))
      this.#front = { epoch, offset }
  }

  #skip(
    listener: Listener,
    run: Run,
    range: { readonly from: number; readonly to: number },
    how: 'stated' | 'unstated',
  ): void {
    const from = Math.max(range.from, run.start + 1)
    const floor = this.#truth.floor(run.epoch)
    if (from <= Math.min(floor, range.to))
      this.#fault('unjudged', listener.client, { epoch: run.epoch, offset: from }, `up to ${floor}`)
    for (const [offset, entry] of this.#truth.between(run.epoch, from, range.to))
      this.#missed(listener, { epoch: run.epoch, offset }, { entry, stated: how === 'stated' })
  }

  #missed(
    { client, view }: Listener,
    place: Place,
    { entry, stated }: { readonly entry: Entry; readonly stated: boolean },
  ): void {
    if (!isShown(entry, view)) return
    if (stated) this.#tally.count('stated')
    else this.#fault('lost', client, place, entry.id)
  }

  #fault(kind: FaultKind, client: string, { epoch, offset }: Place, what: string): void {
    this.#tally.fault(kind, `${client}: ${this.#channel} ${epoch}:${offset} ${what}`)
  }
}

function newRun({ epoch, offset }: Place, begun: boolean): Run {
  return { epoch, start: offset, at: offset, begun, stated: [], left: undefined }
}

function isShown({ views }: Entry, view: string | undefined): boolean {
  return views === undefined || view === undefined || views.includes(view)
}
