import { describe, expect, test } from '@jest/globals'
import type { Batch } from './batch.ts'
import { Client } from './client.ts'
import { Hub } from './hub.ts'
import type { FrameClass, OutFrame } from './out-frame.ts'

const frame = (text: string, frameClass: FrameClass = 'log'): OutFrame => ({
  type: 't',
  frameClass,
  key: 'k',
  bytes: Buffer.from(text),
  headerBytes: 0,
  madeAtMs: 0,
})

/** A hub with a clock and a turn that the test moves. */
function openHub() {
  const state = {
    now: 0,
    turn: [] as (() => void)[],
    later: new Set<() => void>(),
    lost: [] as string[],
    closed: [] as string[],
    listened: [] as string[],
    shed: 0,
  }
  const hub = new Hub({
    wheelSlots: 3,
    schedule: (task) => state.turn.push(task),
    later: (_ms, task) => {
      state.later.add(task)
      return () => state.later.delete(task)
    },
    monotonicMs: () => state.now,
    pingFrame: () => frame('ping', 'control'),
    onListened: (channel, listened) => state.listened.push(`${listened ? '+' : '-'}${channel}`),
    onClosed: (client, code) => state.closed.push(`${client.id} ${code}`),
    onFlushed: () => undefined,
  })
  const connect = (id: string, { stalled = false, limitBytes = 1_000, rate = 1_000 } = {}) => {
    const wire = {
      written: [] as Buffer[],
      stuck: 0,
      closes: [] as number[],
      stalled,
      done: [] as ((error?: Error) => void)[],
    }
    const client = new Client({
      id,
      address: '127.0.0.1',
      caller: { name: 'anonymous', scopes: ['market'] },
      limitBytes,
      rates: { perClient: rate, perChannel: rate },
      socket: {
        get buffered() {
          return wire.stuck
        },
        write: (batch: Batch, done) => {
          wire.written.push(batch.joined())
          if (wire.stalled) wire.stuck += batch.bytes
          wire.done.push(done)
        },
        close: (code) => wire.closes.push(code),
      },
      losses: {
        conflated: (where, channel) => state.lost.push(`conflated ${where} ${channel}`),
        shed: (frames) => (state.shed += frames),
        suppressed: (channel) => state.lost.push(`suppressed ${channel}`),
      },
      now: () => state.now,
      onSent: () => undefined,
      onFailed: (failed) => hub.gone(failed, 1006),
    })
    hub.add(client)
    hub.listen(client, 'whales')
    return { client, wire, text: () => Buffer.concat(wire.written).toString() }
  }
  const endTurn = () => {
    for (const task of state.turn.splice(0)) task()
  }
  return { hub, state, connect, endTurn }
}

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
    hub.unlisten(client, 'whales')
    hub.publish('whales', frame('a'))
    endTurn()
    expect(wire.written).toEqual([])
  })
})

test('the first listener of a channel and the loss of its last are told, once each', () => {
  const { hub, state, connect } = openHub()
  const [one, two] = [connect('one'), connect('two')]
  hub.listen(one.client, 'tape')
  hub.listen(one.client, 'tape')
  hub.unlisten(one.client, 'tape')
  hub.unlisten(one.client, 'tape')
  hub.gone(one.client, 1000)
  hub.listen(one.client, 'tape')
  hub.close(two.client, 1012, 'stop')
  expect(state.listened).toEqual(['+whales', '+tape', '-tape', '-whales'])
})

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
    expect(well.text()).toBe('ab')
    expect(broken.text()).toBe('a')
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

describe('above the rate of a client', () => {
  const pass = (state: ReturnType<typeof openHub>['state'], ms: number) => {
    state.now += ms
    const due = [...state.later]
    state.later.clear()
    for (const task of due) task()
  }

  test('prints are left out and counted, another client gets all of them', () => {
    const { hub, state, connect, endTurn } = openHub()
    const thin = connect('thin', { rate: 2 })
    const well = connect('well')
    for (const text of ['a', 'b', 'c', 'd']) hub.publish('whales', frame(text, 'tape'))
    endTurn()
    expect(thin.text()).toBe('ab')
    expect(well.text()).toBe('abcd')
    expect(state.lost).toEqual(['suppressed k', 'suppressed k'])
    expect(thin.client.record(0)).toMatchObject({ suppressed: 2, frames_sent: 2, conflated: 0 })
    pass(state, 500)
    hub.publish('whales', frame('e', 'tape'))
    endTurn()
    expect(thin.text()).toBe('abe')
  })

  test('of a latest value the newest comes later; entries of a log are never left out', () => {
    const { hub, state, connect, endTurn } = openHub()
    const { text } = connect('thin', { rate: 1 })
    for (const value of ['1', '2', '3']) hub.publish('whales', frame(value, 'latest'))
    hub.publish('whales', frame('L'))
    endTurn()
    expect(text()).toBe('1L')
    expect(state.lost).toEqual(['conflated rate k'])
    pass(state, 50)
    endTurn()
    expect(text()).toBe('1L')
    pass(state, 950)
    endTurn()
    expect(text()).toBe('1L3')
    expect(state.later.size).toBe(0)
  })

  test('a change that waits is replaced by the whole value', () => {
    const { hub, state, connect, endTurn } = openHub()
    const { text } = connect('thin', { rate: 1 })
    const change = (of: string) => ({ ...frame(`+${of}`, 'latest'), whole: frame(`=${of}`, 'latest') })
    for (const value of ['1', '2', '3']) hub.publish('whales', change(value))
    pass(state, 1_000)
    endTurn()
    expect(text()).toBe('+1=3')
  })

  test('nothing comes of a channel that was given up, and no timer is left when the last who waits is gone', () => {
    const { hub, state, connect, endTurn } = openHub()
    const one = connect('one', { rate: 1 })
    const two = connect('two', { rate: 1 })
    for (const value of ['1', '2']) hub.publish('whales', { ...frame(value, 'latest'), key: 'whales' })
    hub.unlisten(one.client, 'whales')
    pass(state, 1_000)
    endTurn()
    expect(one.text()).toBe('1')
    expect(two.text()).toBe('12')
    for (const value of ['3', '4']) hub.publish('whales', frame(value, 'latest'))
    hub.gone(two.client, 1000)
    expect(state.later.size).toBe(0)
  })
})
