import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { startExchangeSim } from '@whalecast/exchange-sim'
import { eventually, openSystem } from '@whalecast/testkit'
import type { SeenAtWhalecast, TradingState } from './paper-audit/evidence.ts'
import { recompute, type Verdict } from './paper-audit/recompute.ts'
import { AccountWatch } from './paper-audit/watch-account.ts'
import { ExchangeWatch } from './paper-audit/watch-exchange.ts'

// The short form lasts until it has seen enough; WHALECAST_AUDIT_MINUTES=10 makes the long one.
const minutes = Number(process.env['WHALECAST_AUDIT_MINUTES'] ?? 0)
const span = minutes > 0 ? `${minutes} minutes` : 'half a minute'
const enough = { fills: 5, states: 25 }
const runMs = minutes * 60_000
const startCents = 100_000

test(
  `what ${span} of following on paper made is what the exchange's own prints and books make of it, to the cent`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'whalecast-key-'))
    const exchange = await startExchangeSim({ firstWhaleMs: 1_000 })
    const watch = new ExchangeWatch(exchange)
    try {
      await watch.start()
      const key = join(folder, 'key.pem')
      await writeFile(key, exchange.privateKeyPem, { mode: 0o600 })
      await using system = await openSystem(
        {
          TRADING_STRATEGY: 'whale_follower',
          WHALE_MAX_TRADES_PER_MINUTE: minutes > 1 ? '6' : '30',
          WHALE_MAX_DAILY_TRADES: '1000',
          PAPER_BALANCE_CENTS: String(startCents),
          KALSHI_WS_URL: exchange.wsUrl,
          KALSHI_API_URL: exchange.apiUrl,
          KALSHI_API_KEY_ID: exchange.keyId,
          KALSHI_PRIVATE_KEY_PATH: key,
        },
        { ordersSeen: () => exchange.orders() },
      )
      const account = new AccountWatch(system.url)
      try {
        const startedMs = Date.now()
        await eventually(() => account.connected, { timeoutMs: 10_000 })
        await account.readHistory()
        const isEnough = () => {
          const { states, fills } = account.evidence
          return (
            Date.now() - startedMs >= runMs && fills.size >= enough.fills && states.length >= enough.states
          )
        }
        await eventually(isEnough, { timeoutMs: runMs + 90_000, everyMs: 100 })
        const seen = account.evidence
        const exchanged = await watch.evidence(account.tickers)
        const verdict = recompute(exchanged, seen, startCents)
        process.stderr.write(`${table(verdict)}\n`)
        expect(verdict.faults).toEqual([])
        expect(verdict.counts['marks']).toBeGreaterThan(0)
        // A judge that finds nothing has to be able to.
        for (const [what, changed] of forged(seen))
          expect([what, recompute(exchanged, changed, startCents).faults.length > 0]).toEqual([what, true])
      } finally {
        account.close()
      }
    } finally {
      watch.close()
      await exchange.close()
      await rm(folder, { recursive: true })
    }
  },
  runMs + 180_000,
)

/** The same evidence with one thing wrong in it. */
function forged(seen: SeenAtWhalecast): readonly (readonly [string, SeenAtWhalecast])[] {
  const last = seen.states.at(-1)!
  const [fill, ...others] = last.fills
  const marked = seen.states.findLast((state) =>
    state.positions_details.some((one) => one.market_value !== null),
  )!
  const instead = (state: TradingState): SeenAtWhalecast => ({ ...seen, states: [...seen.states, state] })
  const position = (fields: Partial<TradingState['positions_details'][number]>) =>
    instead({
      ...marked,
      positions_details: marked.positions_details.map((one) => ({ ...one, ...fields })),
    })
  return [
    ['a cent too much cash', instead({ ...last, balance: last.balance + 1 })],
    [
      'a cent too much profit',
      instead({ ...last, pnl: { ...last.pnl!, session_pnl: last.pnl!.session_pnl + 1 } }),
    ],
    [
      'a fill that was cheaper',
      instead({ ...last, fills: [{ ...fill!, price: fill!.price - 1 }, ...others] }),
    ],
    ['a fee that was forgotten', instead({ ...last, fills: [{ ...fill!, fee: fill!.fee + 1 }, ...others] })],
    ['a fill that nobody offered', instead({ ...last, fills: [{ ...fill!, count: 1e6 }, ...others] })],
    ['a mark of no book', position({ market_value: 1 })],
    ['no mark in a market that trades', position({ market_value: null })],
  ]
}

function table({ figures, counts, faults }: Verdict): string {
  const rows = figures.map(({ name, told, recomputed }) => [
    name,
    told.toFixed(2),
    recomputed.toFixed(2),
    (told - recomputed).toFixed(2),
  ])
  const line = ([name = '', ...cells]: readonly string[]) =>
    `${name.padEnd(44)}${cells.map((cell) => cell.padStart(14)).join('')}`
  return [
    line(['at the end, in cents', 'told', 'recomputed', 'difference']),
    ...rows.map(line),
    ...Object.entries(counts).map(([name, count]) => line([name, String(count)])),
    ...faults.slice(0, 20).map((fault) => `FAULT ${fault}`),
  ].join('\n')
}
