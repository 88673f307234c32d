import { create, type AxiosInstance } from 'axios'
import {
  Configuration,
  EventsApi,
  ExchangeApi,
  MarketApi,
  OrderGroupsApi,
  OrdersApi,
  PortfolioApi,
} from 'kalshi-typescript'
import type { ExchangeClock } from '../exchange-clock.ts'
import type { Signer } from '../signer.ts'

export type SdkOptions = {
  readonly apiUrl: string
  readonly signer: Signer | undefined
  readonly clock: ExchangeClock
  readonly timeoutMs: number
}

/** The official SDK's APIs over one signing HTTP client. Opens nothing before the first call. */
export function openSdk({ apiUrl, signer, clock, timeoutMs }: SdkOptions) {
  const http = create({ timeout: timeoutMs })
  if (signer !== undefined) signRequests(http, signer, clock)
  const configuration = new Configuration({ basePath: apiUrl })
  // The SDK is CommonJS and sees the other half of axios's types; the instance is the same to both.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one class, declared twice
  const shared = http as unknown as ConstructorParameters<typeof MarketApi>[2]
  return {
    exchangeApi: new ExchangeApi(configuration, undefined, shared),
    marketApi: new MarketApi(configuration, undefined, shared),
    eventsApi: new EventsApi(configuration, undefined, shared),
    portfolioApi: new PortfolioApi(configuration, undefined, shared),
    ordersApi: new OrdersApi(configuration, undefined, shared),
    orderGroupsApi: new OrderGroupsApi(configuration, undefined, shared),
  }
}

/**
 * The SDK signs with RSA only, by its own clock, and once for each of its API classes; so it gets no key, and one
 * interceptor signs for both kinds of key by the exchange's clock.
 */
function signRequests(http: AxiosInstance, signer: Signer, clock: ExchangeClock): void {
  http.interceptors.request.use((config) => {
    const { pathname } = new URL(http.getUri(config))
    config.headers.set(signer.headers(config.method ?? 'GET', pathname, clock.now()))
    return config
  })
}
