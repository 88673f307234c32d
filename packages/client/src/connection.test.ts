import { expect, test } from '@jest/globals'
import { Connection } from './connection.ts'

test('a connection that does not exist is not doubted, and waking it before it waits changes nothing', () => {
  let pings = 0
  const connection = new Connection({
    url: () => 'ws://127.0.0.1:1/ws',
    pingText: () => `${(pings += 1)}`,
    onOpen: () => undefined,
    onText: () => undefined,
    onDown: () => undefined,
    onEnd: () => undefined,
  })
  connection.doubt()
  connection.wake('the network is back')
  expect({ pings, state: connection.state.type }).toEqual({ pings: 0, state: 'connecting' })
  connection.close()
  connection.close()
  expect(connection.state).toEqual({ type: 'disconnected', reason: 'closed by this client', code: null })
})
