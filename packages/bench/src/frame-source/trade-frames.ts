import { randomWords } from './random-words.ts'
import { sizeE2 } from './trade-sizes.ts'

const table = 65_536

/** Mixes 32 bits one to one, so that different numbers give different ids that look random. */
function mixed(word: number): number {
  let out = word
  out = Math.imul(out ^ (out >>> 16), 0x7feb_352d)
  out = Math.imul(out ^ (out >>> 15), 0x846c_a68b)
  return (out ^ (out >>> 16)) >>> 0
}

/**
 * Makes the text of trade frames from parts made in advance, for a microsecond or less each: the source has to cost
 * little beside what it measures. No trade id comes twice in 2^32 trades.
 */
export class TradeFrames {
  /** Trades made so far. */
  made = 0
  private readonly random: () => number
  private readonly hex: readonly string[]
  private readonly sizes: readonly number[]
  private readonly heads: readonly string[]
  private readonly cents: readonly string[]
  private readonly run: string
  private atMs = 0
  private tail = ''

  constructor(tickers: readonly string[], seed: number) {
    this.random = randomWords(seed)
    this.hex = Array.from({ length: table }, (_, n) => n.toString(16).padStart(4, '0'))
    this.cents = Array.from({ length: 100 }, (_, n) => n.toString().padStart(2, '0'))
    this.sizes = Array.from({ length: table }, (_, n) => sizeE2((n + 0.5) / table))
    this.heads = tickers.flatMap((ticker, n) => [head(ticker, n, 'yes'), head(ticker, n, 'no')])
    // Two runs of a source have different ids.
    this.run = this.hexOf(this.random())
  }

  /** The `msg` of one more trade, executed at `nowMs`, with the end of its frame. */
  next(nowMs: number): string {
    if (nowMs !== this.atMs) {
      this.atMs = nowMs
      this.tail = `","is_block_trade":false,"ts":${Math.floor(nowMs / 1000)},"ts_ms":${nowMs}}}`
    }
    const word = this.random()
    const id = mixed((this.made += 1))
    const size = this.sizes[word & 0xffff]!
    // A tenth up or down, so that few prints are equal and large ones go on coming.
    const count = Math.ceil(size * (0.9 + 0.2 * ((word >>> 16) / table)))
    const first = this.hexOf(id)
    const last = this.hexOf(this.random())
    const marked = `4${first.slice(1, 4)}-8${last.slice(1, 4)}`
    return `{"trade_id":"${first}-${this.run.slice(0, 4)}-${marked}-${this.run.slice(4)}${last}${this.heads[word % this.heads.length]!}${Math.floor(count / 100)}.${this.cents[count % 100]!}${this.tail}`
  }

  private hexOf(word: number): string {
    return this.hex[word >>> 16]! + this.hex[word & 0xffff]!
  }
}

/** From the end of the id to the beginning of the count. */
function head(ticker: string, n: number, side: 'yes' | 'no'): string {
  const priceCents = 1 + ((n * 37) % 99)
  const dollars = (cents: number) => (cents / 100).toFixed(4)
  return (
    `","market_ticker":"${ticker}","yes_price_dollars":"${dollars(priceCents)}"` +
    `,"no_price_dollars":"${dollars(100 - priceCents)}","taker_side":"${side}","taker_outcome_side":"${side}"` +
    `,"taker_book_side":"${side === 'yes' ? 'bid' : 'ask'}","count_fp":"`
  )
}
