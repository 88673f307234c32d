import { describe, expect, test } from '@jest/globals'
import { frame, openHub } from './testing/open-hub.ts'

describe('a client that is in trouble', () => {
  test('a failing write removes it once and leaves the others alone', () => {
    const { hub, state, connect, endTurn } = openHub()
    const broken = connect('broken')
    const well = connect('well')
    hub.publish('whales', frame('a'))
    endTurn()
    const fail = (error: Error) => broken.wire.done[0]?.(error)
    fail(new Error('EPIPE'))
    fail(new Error('EPIPE'))
    hub.gone(broken.client, 1006)
    hub.close(broken.client, 4408, 'again')
    hub.publish('whales', frame('b'))
    endTurn()
    expect(hub.size).toBe(1)
    expect(state.closed).toEqual(['broken 1006'])
    expect(broken.wire.closes).toEqual([])
    expect(broken.wire.destroyed).toBeGreaterThan(0)
    expect(well.text()).toBe('ab')
    expect(broken.text()).toBe('a')
  })

  test('who breaks or leaves while a turn is written costs no other its frames', () => {
    const { hub, state, connect, endTurn } = openHub()
    const clients = Array.from({ length: 6 }, (_, index) => connect(`c${index}`))
    for (const { wire } of [clients[0], clients[3], clients[5]].flatMap((one) => one ?? []))
      wire.broken = true
    hub.publish('whales', frame('a'))
    hub.gone(clients[1]!.client, 1000)
    endTurn()
    hub.publish('whales', frame('b'))
    endTurn()
    expect(state.closed.toSorted()).toEqual(['c0 1006', 'c1 1000', 'c3 1006', 'c5 1006'])
    expect(clients.map(({ text }) => text())).toEqual(['a', '', 'ab', 'a', 'ab', 'a'])
  })

  test('a socket that takes nothing: frames wait, then it is closed over the limit, others get everything', () => {
    const { hub, state, connect, endTurn } = openHub()
    const slow = connect('slow', { stalled: true })
    const well = connect('well')
    const big = 'x'.repeat(70_000)
    hub.publish('whales', frame(big))
    endTurn()
    for (let index = 0; index < 9; index++) {
      hub.publish('whales', frame('y'.repeat(100)))
      endTurn()
    }
    expect(state.closed).toEqual([])
    for (let index = 0; index < 9; index++) {
      hub.publish('whales', frame('z'.repeat(100)))
      endTurn()
    }
    expect(state.closed).toEqual(['slow 4408'])
    expect(slow.wire.closes).toEqual([4408])
    expect(well.text()).toHaveLength(70_000 + 18 * 100)
  })

  test('when the socket drains, what waited follows in order and it flows again', () => {
    const { hub, connect, endTurn } = openHub()
    const slow = connect('slow', { stalled: true })
    hub.publish('whales', frame('x'.repeat(70_000)))
    endTurn()
    hub.publish('whales', frame('a'))
    endTurn()
    hub.publish('whales', frame('b'))
    endTurn()
    expect(slow.text()).toHaveLength(70_000)
    slow.wire.stalled = false
    slow.wire.stuck = 0
    slow.wire.done.shift()?.()
    hub.publish('whales', frame('c'))
    endTurn()
    expect(slow.text().slice(70_000)).toBe('abc')
  })

  test('without any drain: tape is shed after 5 s, the connection ends after 10 s', () => {
    const { hub, state, connect, endTurn } = openHub()
    const { client } = connect('slow', { stalled: true })
    hub.publish('whales', frame('x'.repeat(70_000)))
    endTurn()
    hub.publish('whales', frame('t', 'tape'))
    endTurn()
    const seen = [4_999, 5_000, 9_999, 10_000].map((at) => {
      // Pings do not matter here.
      client.pong(undefined, at)
      hub.tick((state.now = at))
      return { shed: state.shed, closed: state.closed.length }
    })
    expect(seen).toEqual([
      { shed: 0, closed: 0 },
      { shed: 1, closed: 0 },
      { shed: 1, closed: 0 },
      { shed: 1, closed: 1 },
    ])
    expect(state.closed).toEqual(['slow 4408'])
  })
})

describe('pings', () => {
  test('one per turn of the wheel; two without an answer end the connection at the third', () => {
    const { hub, state, connect, endTurn } = openHub()
    const silent = connect('silent')
    const alive = connect('alive')
    for (let tick = 1; tick <= 9; tick++) {
      hub.tick((state.now = tick * 10))
      endTurn()
      state.now += 4
      alive.client.pong(undefined, state.now)
    }
    expect(state.closed).toEqual(['silent 4401'])
    expect(silent.wire.closes).toEqual([4401])
    expect(silent.text()).toBe('pingping')
    expect(alive.text()).toBe('pingpingping')
    expect(alive.client.rttMs).toBe(4)
  })

  test('a pong that answers another ping keeps the connection, but measures nothing', () => {
    const { connect } = openHub()
    const { client } = connect('a')
    client.ping(1_000)
    expect(client.pong(500, 1_100)).toBeUndefined()
    expect(client.pong(undefined, 1_200)).toBeUndefined()
    client.ping(2_000)
    expect(client.pong(2_000, 2_030)).toBe(30)
  })
})
