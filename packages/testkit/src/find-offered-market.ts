/** Far enough from both ends that an order of a few contracts at 99 ¢, on either side, meets an offer. */
const priced = { from: 0.2, to: 0.8 }

type Quoted = { readonly ticker: string; readonly yes_bid_dollars: string; readonly yes_ask_dollars: string }

/** A market of a simulated exchange in which both sides are offered in the middle of the scale: most are, some are not. */
export async function findOfferedMarket(apiUrl: string): Promise<string> {
  const response = await fetch(`${apiUrl}/markets?status=open&limit=1000`)
  if (!response.ok) throw new Error(`the markets cannot be read: ${response.status}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the simulator's own answer; a wrong one finds no market
  const { markets } = (await response.json()) as { readonly markets: readonly Quoted[] }
  const found = markets.find(
    ({ yes_bid_dollars: bid, yes_ask_dollars: ask }) =>
      Number(bid) >= priced.from && Number(ask) <= priced.to && Number(ask) > 0,
  )
  if (!found) throw new Error(`none of ${markets.length} markets is offered between 20 and 80 ¢`)
  return found.ticker
}
