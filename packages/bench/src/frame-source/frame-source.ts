import { openExchangeServer, type ExchangeServer, type Reader } from './exchange-server.ts'
import { FrameBatch } from './frame-batch.ts'
import { TradeFrames } from './trade-frames.ts'

/** How often frames are sent: as long as a timer takes anyway, short beside what is measured. */
const turnMs = 2
/** Frames of one turn at most, so that commands and REST are answered in between. */
const maxPerTurn = 500

/** So many trades at such a rate. */
export type Run = { readonly rate: number; readonly total: number }

/** Where a run stands. */
export type SourceReport = {
  /** Trades written to every subscriber's connection, of this run. */
  readonly sent: number
  readonly running: boolean
  /** How long the run has lasted, or did last. */
  readonly elapsedMs: number
  /** The most that a trade was sent after its time. */
  readonly latestMs: number
  /** Turns in which a connection still held frames of an earlier one: its reader was slower than the rate. */
  readonly blockedTurns: number
  /** Connections subscribed to trades. */
  readonly subscribers: number
}

/**
 * An exchange that prints trades at a given rate, on every connection that subscribed to them. It keeps to the rate
 * as long as the connections take it, and tells how well it could.
 */
export class FrameSource {
  readonly port: number
  private readonly server: ExchangeServer
  private readonly frames: TradeFrames
  private run: Run = { rate: 0, total: 0 }
  private sent = 0
  private startedMs = 0
  private endedMs = 0
  private latestMs = 0
  private blockedTurns = 0
  private timer: NodeJS.Timeout | undefined

  private constructor(server: ExchangeServer, frames: TradeFrames) {
    this.server = server
    this.port = server.port
    this.frames = frames
  }

  /** Opens one on a free port of loopback. */
  static async open(markets: number, seed: number): Promise<FrameSource> {
    const tickers = Array.from({ length: markets }, (_, n) => `KXBENCH-30JAN01-T${1_000 + n}.99`)
    return new FrameSource(await openExchangeServer(tickers), new TradeFrames(tickers, seed))
  }

  /** Begins a run; one that is under way ends where it is. */
  start(run: Run): void {
    this.stop()
    this.run = run
    this.sent = 0
    this.latestMs = 0
    this.blockedTurns = 0
    this.startedMs = performance.now()
    this.turn()
  }

  /** Ends the run that is under way: nothing more is sent. */
  stop(): void {
    if (this.timer === undefined) return
    clearTimeout(this.timer)
    this.timer = undefined
    this.endedMs = performance.now()
  }

  report(): SourceReport {
    const running = this.timer !== undefined
    return {
      sent: this.sent,
      running,
      elapsedMs: (running ? performance.now() : this.endedMs) - this.startedMs,
      latestMs: this.latestMs,
      blockedTurns: this.blockedTurns,
      subscribers: this.subscribers().length,
    }
  }

  close(): Promise<void> {
    this.stop()
    return this.server.close()
  }

  private turn(): void {
    const { rate, total } = this.run
    const dueNow = Math.min(total, Math.floor(((performance.now() - this.startedMs) * rate) / 1_000))
    const behind = dueNow - this.sent
    this.latestMs = Math.max(this.latestMs, (behind / rate) * 1_000)
    const subscribers = this.subscribers()
    if (subscribers.some(({ socket }) => socket.writableLength > 0)) this.blockedTurns += 1
    else if (subscribers.length > 0) this.send(Math.min(behind, maxPerTurn), subscribers)
    this.timer = setTimeout(() => this.turn(), behind > maxPerTurn ? 0 : turnMs)
    if (this.sent >= total) this.stop()
  }

  private send(count: number, subscribers: readonly Subscriber[]): void {
    if (count <= 0) return
    const nowMs = Date.now()
    const batches = subscribers.map(() => new FrameBatch(count))
    for (let n = 0; n < count; n += 1) {
      const message = this.frames.next(nowMs)
      subscribers.forEach(({ subscriptions, sid }, at) => {
        const seq = subscriptions.nextSeq(sid)
        batches[at]?.add(`{"type":"trade","sid":${sid},"seq":${seq},"msg":${message}`)
      })
    }
    subscribers.forEach(({ socket }, at) => socket.write(batches[at]?.bytes()))
    this.sent += count
  }

  private subscribers(): readonly Subscriber[] {
    return [...this.server.readers].flatMap((reader) => {
      const sid = reader.subscriptions.tradeSid
      return sid === undefined ? [] : [{ ...reader, sid }]
    })
  }
}

type Subscriber = Reader & { readonly sid: number }
