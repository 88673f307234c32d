import { expect, test } from '@jest/globals'
import { account } from '../testing/account-samples.ts'
import { component, health } from '../testing/samples.ts'
import { accountTrouble } from './account-trouble.ts'

test.each([
  { note: 'who keeps it is well', broker: 'paper', of: ['executor', 'healthy'], expected: null },
  {
    note: 'the paper broker is ill',
    broker: 'paper',
    of: ['executor', 'unhealthy'],
    expected: 'executor is unhealthy',
  },
  { note: 'who does not keep it is ill', broker: 'paper', of: ['account_sync', 'unhealthy'], expected: null },
  {
    note: 'it is read from the exchange no more',
    broker: 'exchange',
    of: ['account_sync', 'degraded'],
    expected: 'account sync is degraded',
  },
  {
    note: 'nobody shows it',
    broker: 'exchange',
    of: ['status_reporter', 'unhealthy'],
    expected: 'status reporter is unhealthy',
  },
] as const)('$note', ({ broker, of: [name, status], expected }) => {
  const said = health([component(name, { status })])
  expect(accountTrouble(said, account({ broker }))).toBe(expected)
})

test('without an account, or before anybody spoke of health, there is none', () => {
  expect(accountTrouble(null, account())).toBeNull()
  expect(accountTrouble(health([]), null)).toBeNull()
})
