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

/** Makes the exchange print exactly one trade. */
export async function printTrade(
  system: System,
  order: {
    readonly market: string
    readonly side: 'yes' | 'no'
    readonly price: string
    readonly count: string
  },
): Promise<ExchangeTrade> {
  const { trade } = await json<{ trade: ExchangeTrade }>(opsUrl(system, 'exchange-sim', '/admin/print'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  })
  return trade
}

/** Reads JSON; an answer that is no success is an error that shows it. */
export async function json<Body>(url: string, init?: RequestInit): Promise<Body> {
  const response = await fetch(url, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`)
  const body: Body = JSON.parse(text)
  return body
}
