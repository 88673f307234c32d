import { describe, expect, test } from '@jest/globals'
import { frame, openHub } from './testing/open-hub.ts'

/** Numbers below `limit` that look random and are the same each time (Park and Miller's generator). */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => (state = (state * 48_271) % 2_147_483_647) % limit
}

const someFeeds = ['whales', 'tape', 'status'] as const
const whats = ['listen', 'unlisten', 'publish', 'publish', 'send', 'turn'] as const

describe('fan-out', () => {
  test('one write per client and turn, one buffer for clients with equal queues', () => {
    const { hub, connect, endTurn } = openHub()
    const clients = Array.from({ length: 10 }, (_, index) => connect(`c${index}`))
    const other = connect('other')
    hub.send(other.client, frame('own'))
    for (const text of ['a', 'b', 'c']) hub.publish('whales', frame(text))
    expect(clients[0]?.wire.written).toEqual([])
    endTurn()
    const [first] = clients[0]?.wire.written ?? []
    expect(first?.toString()).toBe('abc')
    for (const { wire } of clients) {
      expect(wire.written).toHaveLength(1)
      expect(wire.written[0]).toBe(first)
    }
    expect(other.text()).toBe('ownabc')
  })

  test('a turn that gathers much is written early', () => {
    const { hub, connect } = openHub()
    const { wire } = connect('a')
    hub.publish('whales', frame('x'.repeat(300_000)))
    expect(wire.written).toHaveLength(1)
  })

  test('who does not listen gets nothing', () => {
    const { hub, connect, endTurn } = openHub()
    const { client, wire } = connect('a')
    hub.unlisten(client, ['whales'])
    hub.publish('whales', frame('a'))
    endTurn()
    expect(wire.written).toEqual([])
  })
})

test('the first listener of a channel and the loss of its last are told, once each', () => {
  const { hub, state, connect } = openHub()
  const [one, two] = [connect('one'), connect('two')]
  hub.listen(one.client, ['tape'])
  hub.listen(one.client, ['tape'])
  hub.unlisten(one.client, ['tape'])
  hub.unlisten(one.client, ['tape'])
  hub.gone(one.client, 1000)
  hub.listen(one.client, ['tape'])
  hub.close(two.client, 1012, 'stop')
  expect(state.listened).toEqual(['+whales', '+tape', '-tape', '-whales'])
})
describe('a turn in which clients differ', () => {
  test('who comes late gets what came after it, who leaves keeps what came before', () => {
    const { hub, connect, endTurn } = openHub()
    const all = connect('all')
    const leaves = connect('leaves')
    hub.publish('whales', frame('a'))
    const late = connect('late')
    hub.unlisten(leaves.client, ['whales'])
    hub.publish('whales', frame('b'))
    hub.send(all.client, frame('own'))
    hub.publish('whales', frame('c'))
    endTurn()
    expect([all, leaves, late].map(({ text }) => text())).toEqual(['abownc', 'a', 'bc'])
    expect([all, leaves, late].map(({ wire }) => wire.written.length)).toEqual([1, 1, 1])
    hub.publish('whales', frame('d'))
    endTurn()
    expect([all, leaves, late].map(({ text }) => text())).toEqual(['abowncd', 'a', 'bcd'])
    expect(all.wire.written[1]).toBe(late.wire.written[1])
  })

  test('any mix of listening, leaving, messages to one and to all reaches each client in order and once', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const below = numbers(seed)
      const { hub, connect, endTurn } = openHub()
      const clients = ['0', '1', '2'].map((id) => connect(id, { feeds: [] }))
      const heard = clients.map(() => ({ feeds: new Set<string>(), text: '' }))
      for (let step = 0; step < 60; step++) {
        const text = `${step};`
        const feed = someFeeds[below(someFeeds.length)] ?? 'whales'
        const at = below(clients.length)
        const [own, client] = [heard[at], clients[at]?.client]
        const what = whats[below(whats.length)]
        if (!own || !client) continue
        if (what === 'turn') endTurn()
        if (what === 'publish') {
          hub.publish(feed, frame(text))
          for (const one of heard) if (one.feeds.has(feed)) one.text += text
        }
        if (what === 'send') {
          hub.send(client, frame(text))
          own.text += text
        }
        if (what === 'listen') {
          hub.listen(client, [feed])
          own.feeds.add(feed)
        }
        if (what === 'unlisten') {
          hub.unlisten(client, [feed])
          own.feeds.delete(feed)
        }
      }
      endTurn()
      expect(clients.map(({ text }) => text())).toEqual(heard.map(({ text }) => text))
      const sets = heard.filter((one) => one.feeds.size > 0).map((one) => [...one.feeds].toSorted().join())
      expect(hub.cohorts).toBe(new Set(sets).size)
    }
  })

  test('a client that is closed in the middle of a turn gets what came before', () => {
    const { hub, connect, endTurn } = openHub()
    const { client, text, wire } = connect('a')
    hub.publish('whales', frame('a'))
    hub.close(client, 1012, 'stop')
    hub.publish('whales', frame('b'))
    endTurn()
    expect(text()).toBe('a')
    expect(wire.closes).toEqual([1012])
  })
})

describe('the window', () => {
  test('prints and latest values gather, what is urgent takes them along at once', () => {
    const { hub, connect, endTurn, pass } = openHub({ windowMs: 5 })
    const { text } = connect('a')
    hub.publish('whales', frame('t', 'tape'))
    hub.publish('whales', frame('l', 'latest'))
    endTurn()
    expect(text()).toBe('')
    pass(5)
    expect(text()).toBe('tl')
    hub.publish('whales', frame('t', 'tape'))
    hub.publish('whales', frame('W'))
    endTurn()
    expect(text()).toBe('tltW')
    pass(5)
    expect(text()).toBe('tltW')
  })
})
