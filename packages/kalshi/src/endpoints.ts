/** Where the exchange is. Both hosts verify the same signatures. */
export type Endpoints = {
  readonly wsUrl: string
  readonly apiUrl: string
}

const endpoints = {
  prod: {
    wsUrl: 'wss://external-api-ws.kalshi.com/trade-api/ws/v2',
    apiUrl: 'https://external-api.kalshi.com/trade-api/v2',
  },
  demo: {
    wsUrl: 'wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2',
    apiUrl: 'https://external-api.demo.kalshi.co/trade-api/v2',
  },
} as const

/** The real exchange, or its demo with accounts, keys and money of its own. */
export function exchangeEndpoints(env: 'prod' | 'demo'): Endpoints {
  return endpoints[env]
}
