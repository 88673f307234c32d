import { expect, test } from '@jest/globals'
import { openSystem, type System } from '@whalecast/testkit'
import { apiUrl } from './exchange-admin.ts'

const order = async (system: System) =>
  fetch(`${await apiUrl(system)}/portfolio/events/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticker: 'KXANY', side: 'bid', count: '1.00', price: '0.5000' }),
  })

// Every other end-to-end test stands on this: a system that may not order fails its test by closing.
test.each([
  { note: 'nobody follows', env: {}, killed: false },
  { note: 'nobody follows, and the simulator that was asked is gone', env: {}, killed: true },
  { note: 'orders are for paper', env: { TRADING_STRATEGY: 'whale_follower' }, killed: false },
])('an order that reaches the simulator does not go unnoticed: $note', async ({ env, killed }) => {
  const system = await openSystem({ SIM_RATE: '0', ...env })
  // Refused as well as accepted, the simulator writes down what it was asked for.
  expect((await order(system)).status).toBe(401)
  if (killed) await system.kill('exchange-sim', 'SIGKILL')
  await expect(system.close()).rejects.toThrow(/orders were sent though nobody may: 1 order requests: create/)
})
