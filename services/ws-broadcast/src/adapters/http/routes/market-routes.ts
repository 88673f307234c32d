import type { Bus } from '@whalecast/bus'
import { bookSchema, httpParameters, marketViewSchema } from '@whalecast/events'
import { within } from '../../feeds/within.ts'
import { Failure, route, type Route } from './route.ts'

export type MarketRoutesOptions = { readonly bus: Pick<Bus, 'latest' | 'connected'> }

const busWithinMs = 2_000
const { ticker } = httpParameters
const failures = (absent: string) => ({
  404: { codes: ['not_found'], when: absent },
  503: { codes: ['bus_away'], when: 'the bus is away' },
})

/** What the bus holds of one market. */
export function marketRoutes({ bus }: MarketRoutesOptions): readonly Route[] {
  const read = async <T>(reading: () => Promise<T>): Promise<T> => {
    const found = bus.connected ? await within(busWithinMs, reading()) : undefined
    if (found === undefined) throw new Failure(503, 'bus_away', 'the bus is away')
    return found
  }
  return [
    route(
      {
        method: 'get',
        path: '/v1/markets/{ticker}',
        id: 'market',
        summary: 'What a market is about, and its prices.',
        params: { ticker },
        answer: marketViewSchema,
        failures: failures('this market is not known here'),
      },
      async ({ params }) => {
        const view = await read(async () => ({
          market: (await bus.latest('market', params.ticker))?.data ?? null,
          ticker: (await bus.latest('ticker', params.ticker))?.data ?? null,
        }))
        if (view.market === null && view.ticker === null)
          throw new Failure(404, 'not_found', 'this market is not known here')
        return view
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/markets/{ticker}/book',
        id: 'marketBook',
        summary: 'The top of the order book of a market.',
        params: { ticker },
        answer: bookSchema,
        failures: failures('no book of this market is kept'),
      },
      async ({ params }) => {
        const found = await read(async () => ({ book: (await bus.latest('book', params.ticker))?.data }))
        if (!found.book) throw new Failure(404, 'not_found', 'no book of this market is kept')
        return found.book
      },
    ),
  ]
}
