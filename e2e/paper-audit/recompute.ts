import { centsToE6, type SeenAtExchange, type SeenAtWhalecast, type TradingState } from './evidence.ts'
import { feeE6 } from './fee.ts'
import { offerAge, printsThrough, sellAge } from './possible.ts'

/** What was judged, and what was found wrong. */
export type Verdict = {
  readonly faults: readonly string[]
  readonly figures: readonly Figure[]
  readonly counts: Readonly<Record<string, number>>
}

/** A figure of the newest state in cents, as it was told and as it comes out here. */
export type Figure = { readonly name: string; readonly told: number; readonly recomputed: number }

type Fill = TradingState['fills'][number]
type Settlement = TradingState['settlements'][number]
type Held = { readonly side: 'yes' | 'no'; countE2: number; costE6: number; feesE6: number }

type Book = {
  cashE6: number
  realizedE6: number
  feesE6: number
  readonly held: Map<string, Held>
}

/** Told figures may differ from ours by less than this: they are sums of decimals. */
const nothingCents = 0.001

/**
 * Works out from fills, prints, books and decisions of the exchange what the account must be, state by state, and
 * compares. It shares no code with what it judges.
 */
export function recompute(
  exchange: SeenAtExchange,
  { states, fills: told }: SeenAtWhalecast,
  startCents: number,
): Verdict {
  const faults = new Set<string>()
  const counts = {
    states: states.length,
    fills: 0,
    takers: 0,
    makers: 0,
    settlements: 0,
    marks: 0,
    unmarked: 0,
  }
  const ages = { offerMs: 0, markMs: 0 }
  const fills = new Map<string, Fill>()
  const settlements = new Map<string, Settlement>()
  let figures: readonly Figure[] = []
  for (const state of states) {
    for (const fill of state.fills) fills.set(fill.fill_id, fill)
    for (const one of state.settlements) settlements.set(`${one.ticker} ${one.settled_ms}`, one)
    const booked = bookOf(exchange, told, { fills, settlements, startE6: centsToE6(startCents), faults })
    figures = compare(state, booked, startCents)
    for (const { name, told: said, recomputed } of figures) {
      if (Math.abs(said - recomputed) > nothingCents)
        faults.add(`version ${state.version}: ${name} is told as ${said}, and is ${recomputed}`)
    }
    for (const position of state.positions_details) {
      const markMs = judgeMark(exchange, position, state.timestamp_ms, faults)
      if (markMs === undefined) counts.unmarked += 1
      else {
        counts.marks += 1
        ages.markMs = Math.max(ages.markMs, markMs)
      }
    }
  }
  const used = new Map<object, number>()
  for (const fill of [...fills.values()].toSorted((a, b) => a.filled_ms - b.filled_ms)) {
    counts.fills += 1
    const isTaker = told.get(fill.fill_id)?.isTaker
    if (isTaker === undefined) faults.add(`fill ${fill.fill_id} is in the account, and was told to nobody`)
    else if (isTaker) {
      counts.takers += 1
      const age = offerAge(exchange, fill)
      if (age === undefined) faults.add(`fill ${fill.fill_id}: nobody offered ${fill.count} at ${fill.price}`)
      else ages.offerMs = Math.max(ages.offerMs, age)
    } else {
      counts.makers += 1
      if (!printsThrough(exchange, fill, used))
        faults.add(`fill ${fill.fill_id}: nothing was printed through ${fill.price} for ${fill.count}`)
    }
  }
  for (const fillId of told.keys())
    if (!fills.has(fillId)) faults.add(`fill ${fillId} was told, and is not in the account`)
  counts.settlements = settlements.size
  const oldest = { 'oldest offer used, ms': ages.offerMs, 'oldest mark used, ms': ages.markMs }
  return { faults: [...faults], figures, counts: { ...counts, ...oldest } }
}

/** The account after these fills and settlements, in their order. */
function bookOf(
  exchange: SeenAtExchange,
  told: SeenAtWhalecast['fills'],
  seen: {
    readonly fills: ReadonlyMap<string, Fill>
    readonly settlements: ReadonlyMap<string, Settlement>
    readonly startE6: number
    readonly faults: Set<string>
  },
): Book {
  const { faults } = seen
  const booked: Book = { cashE6: seen.startE6, realizedE6: 0, feesE6: 0, held: new Map() }
  const steps = [
    ...[...seen.fills.values()].map((fill) => ({ atMs: fill.filled_ms, fill, settlement: undefined })),
    ...[...seen.settlements.values()].map((settlement) => ({
      atMs: settlement.settled_ms,
      fill: undefined,
      settlement,
    })),
  ].toSorted((a, b) => a.atMs - b.atMs)
  for (const { fill, settlement } of steps) {
    if (fill) bookFill(exchange, booked, { fill, isTaker: told.get(fill.fill_id)?.isTaker ?? true, faults })
    if (settlement) bookSettlement(exchange, booked, settlement, faults)
  }
  return booked
}

function bookFill(
  { fees }: SeenAtExchange,
  booked: Book,
  { fill, isTaker, faults }: { readonly fill: Fill; readonly isTaker: boolean; readonly faults: Set<string> },
): void {
  const priceE4 = Math.round(fill.price * 100)
  const countE2 = Math.round(fill.count * 100)
  const rule = fees.get(fill.ticker)
  if (!rule) throw new Error(`nobody knows what ${fill.ticker} costs to trade`)
  const fee = feeE6(rule, { priceE4, countE2, isTaker })
  if (fee !== centsToE6(fill.fee))
    faults.add(`fill ${fill.fill_id}: fee ${fill.fee} ¢, should be ${fee / 10_000}`)
  const before = booked.held.get(fill.ticker)
  if (fill.action !== 'buy' || (before && before.side !== fill.side))
    faults.add(`fill ${fill.fill_id}: sells, which a follower of whales never does`)
  const held = before ?? { side: fill.side, countE2: 0, costE6: 0, feesE6: 0 }
  held.countE2 += countE2
  held.costE6 += priceE4 * countE2
  held.feesE6 += fee
  booked.held.set(fill.ticker, held)
  booked.cashE6 -= priceE4 * countE2 + fee
  booked.feesE6 += fee
  booked.realizedE6 -= fee
}

function bookSettlement(
  { decided }: SeenAtExchange,
  booked: Book,
  settlement: Settlement,
  faults: Set<string>,
): void {
  const { ticker } = settlement
  const held = booked.held.get(ticker)
  const yesPaysE4 = decided.get(ticker)
  if (!held || yesPaysE4 === undefined) {
    faults.add(
      `${ticker} was paid out: ${held ? 'the exchange has not decided it' : 'nothing is held of it'}`,
    )
    return
  }
  const revenueE6 = held.countE2 * (held.side === 'yes' ? yesPaysE4 : 10_000 - yesPaysE4)
  if (revenueE6 !== centsToE6(settlement.revenue))
    faults.add(`${ticker} paid ${settlement.revenue} ¢, should be ${revenueE6 / 10_000}`)
  booked.held.delete(ticker)
  booked.cashE6 += revenueE6
  booked.realizedE6 += revenueE6 - held.costE6
}

/** Marks are judged one by one; the sums are made of them here. */
function compare(state: TradingState, booked: Book, startCents: number): readonly Figure[] {
  const { pnl } = state
  const held = [...booked.held]
  const valueOf = (ticker: string, costE6: number) =>
    state.positions_details.find((one) => one.ticker === ticker)?.market_value ?? costE6 / 10_000
  const value = held.reduce((sum, [ticker, { costE6 }]) => sum + valueOf(ticker, costE6), 0)
  const cost = held.reduce((sum, [, { costE6 }]) => sum + costE6, 0) / 10_000
  const cash = booked.cashE6 / 10_000
  const each = held.flatMap(([ticker, { side, countE2, costE6, feesE6 }]) => {
    const told = state.positions_details.find((one) => one.ticker === ticker)
    const signed = (side === 'yes' ? countE2 : -countE2) / 100
    return [
      { name: `position in ${ticker}`, told: told?.position ?? 0, recomputed: signed },
      { name: `cost of ${ticker}`, told: told?.cost ?? 0, recomputed: costE6 / 10_000 },
      { name: `fees of ${ticker}`, told: told?.fees_paid ?? 0, recomputed: feesE6 / 10_000 },
    ]
  })
  return [
    { name: 'cash', told: state.balance, recomputed: cash },
    { name: 'in positions', told: state.portfolio_value, recomputed: value },
    { name: 'positions', told: state.position_count, recomputed: held.length },
    ...each,
    ...(pnl === null
      ? []
      : [
          { name: 'starting equity', told: pnl.starting_equity, recomputed: startCents },
          { name: 'current equity', told: pnl.current_equity, recomputed: cash + value },
          { name: 'invested', told: pnl.invested_amount, recomputed: cost },
          { name: 'realised after fees', told: pnl.realized_pnl, recomputed: booked.realizedE6 / 10_000 },
          ...(pnl.unrealized_pnl === null
            ? []
            : [{ name: 'open', told: pnl.unrealized_pnl, recomputed: value - cost }]),
          { name: 'session P&L', told: pnl.session_pnl, recomputed: cash + value - startCents },
          { name: 'transfers', told: pnl.transfers, recomputed: 0 },
        ]),
  ]
}

/** How old the book was by which a position is marked; undefined when nobody kept one, which must have its reason. */
function judgeMark(
  exchange: SeenAtExchange,
  position: TradingState['positions_details'][number],
  atMs: number,
  faults: Set<string>,
): number | undefined {
  const { ticker, market_value: value, position: signed } = position
  if (value !== null) {
    const age = sellAge(
      exchange,
      { ticker, countE2: Math.round(signed * 100), valueE6: centsToE6(value) },
      atMs,
    )
    if (age === undefined) faults.add(`${ticker} at ${atMs}: no book of the exchange is worth ${value} ¢`)
    return age ?? 0
  }
  const isQuiet = exchange.quiet
    .get(ticker)
    ?.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs + 5_000)
  if (!isQuiet) faults.add(`${ticker} at ${atMs}: has no mark though its market trades`)
  return undefined
}
