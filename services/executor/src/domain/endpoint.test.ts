import { exchangeEndpoints } from '@whalecast/kalshi'
import { expect, test } from '@jest/globals'
import { EndpointRefusedError, requireOwnEndpoint } from './endpoint.ts'

const production = exchangeEndpoints('prod').apiUrl
const demo = exchangeEndpoints('demo').apiUrl
const simulator = 'http://127.0.0.1:7001/trade-api/v2'

test.each([
  { broker: 'demo', url: demo },
  { broker: 'demo', url: 'https://demo-api.kalshi.co/trade-api/v2' },
  { broker: 'demo', url: simulator },
  { broker: 'demo', url: 'http://[::1]:7001/trade-api/v2' },
  { broker: 'demo', url: 'http://exchange-sim:9200/trade-api/v2' },
  { broker: 'live', url: production },
  { broker: 'live', url: 'https://api.elections.kalshi.com/trade-api/v2' },
] as const)('$broker orders at $url', ({ broker, url }) => {
  expect(() => requireOwnEndpoint(broker, url)).not.toThrow()
})

test.each([
  { broker: 'paper', url: production },
  { broker: 'paper', url: demo },
  { broker: 'paper', url: simulator },
  { broker: 'demo', url: production },
  { broker: 'demo', url: 'https://api.elections.kalshi.com/trade-api/v2' },
  { broker: 'demo', url: demo.replace('https', 'http') },
  { broker: 'demo', url: 'https://demo-api.kalshi.co.evil.example/trade-api/v2' },
  { broker: 'demo', url: 'https://api.example/?demo-api.kalshi.co' },
  { broker: 'live', url: demo },
  { broker: 'demo', url: 'http://exchange-sim.example:9200/trade-api/v2' },
  { broker: 'live', url: simulator },
  { broker: 'live', url: 'http://exchange-sim:9200/trade-api/v2' },
  { broker: 'live', url: production.replace('https', 'http') },
  { broker: 'live', url: 'https://external-api.kalshi.com@evil.example/trade-api/v2' },
] as const)('$broker refuses $url', ({ broker, url }) => {
  expect(() => requireOwnEndpoint(broker, url)).toThrow(EndpointRefusedError)
})
