import type { Process, System } from '@whalecast/testkit'

/** A trade as the exchange itself tells it. */
export type ExchangeTrade = {
  readonly trade_id: string
  readonly ticker: string
  readonly count_fp: string
  readonly yes_price_dollars: string
  readonly taker_outcome_side: string
}

/** The process of that name, as it runs now. */
export function processOf(system: System, name: string): Process {
  const found = system.processes().find((process) => process.name === name)
  if (!found) throw new Error(`no process ${name} in the system`)
  return found
}

/** Address on the ops endpoint of a process. */
export function opsUrl(system: System, name: string, path: string): string {
  return new URL(path, processOf(system, name).opsUrl ?? undefined).href
}

/** Address of the exchange's REST interface. */
export async function apiUrl(system: System): Promise<string> {
  const { api_url: url } = await json<{ api_url: string }>(opsUrl(system, 'exchange-sim', '/status'))
  return url
}

/** Some markets that the exchange lists. */
export async function listMarkets(system: System): Promise<string[]> {
  const url = `${await apiUrl(system)}/markets?limit=50&status=open`
  const { markets } = await json<{ markets: { ticker: string }[] }>(url)
  return markets.map(({ ticker }) => ticker)
}

/** An order by hand: which outcome is bought, and what is paid for it. */
type HandOrder = {
  readonly market: string
  readonly side: 'yes' | 'no'
  readonly price: string
  readonly count: string
}

/** Makes the exchange print exactly one trade. */
export async function printTrade(system: System, order: HandOrder): Promise<ExchangeTrade> {
  const { trade } = await json<{ trade: ExchangeTrade }>(...asking(system, '/admin/print', order))
  return trade
}

/** Places an order by hand; what it does not find rests. Answers what it traded. */
export async function placeOrder(system: System, order: HandOrder): Promise<readonly ExchangeTrade[]> {
  const { trades } = await json<{ trades: ExchangeTrade[] }>(...asking(system, '/admin/place', order))
  return trades
}

const asking = (system: System, path: string, order: HandOrder) =>
  [
    opsUrl(system, 'exchange-sim', path),
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    },
  ] as const

/** Reads JSON; an answer that is no success is an error that shows it. */
export async function json<Body>(url: string, init?: RequestInit): Promise<Body> {
  const response = await fetch(url, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`)
  const body: Body = JSON.parse(text)
  return body
}
