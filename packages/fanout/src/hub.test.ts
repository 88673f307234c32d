import { describe, expect, test } from '@jest/globals'
import type { Batch } from './batch.ts'
import { Hub } from './hub.ts'
import { Receiver } from './receiver.ts'
import type { FrameClass, OutFrame } from './frame.ts'

const frame = (text: string, frameClass: FrameClass = 'log'): OutFrame => ({
  type: 't',
  frameClass,
  key: 'k',
  bytes: Buffer.from(text),
  headerBytes: 0,
  madeAtMs: 0,
})

/** Numbers below `limit` that look random and are the same each time (Park and Miller's generator). */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => (state = (state * 48_271) % 2_147_483_647) % limit
}

const someFeeds = ['whales', 'tape', 'status'] as const
const whats = ['listen', 'unlisten', 'publish', 'publish', 'send', 'turn'] as const

type Task = { readonly ms: number; readonly run: () => void }

/** A hub with a clock and a turn that the test moves. */
function openHub(options: { rate?: number; feedRate?: number; windowMs?: number } = {}) {
  const { rate = 1_000, feedRate = rate, windowMs = 0 } = options
  const state = {
    now: 0,
    windowMs,
    tasks: new Set<Task>(),
    lost: [] as string[],
    closed: [] as string[],
    listened: [] as string[],
    shed: 0,
  }
  const hub = new Hub<Receiver>({
    wheelSlots: 3,
    rates: {
      all: { perSecond: rate, burst: rate },
      of: () => ({ perSecond: feedRate, burst: feedRate }),
    },
    after: (ms, run) => {
      const task = { ms, run }
      state.tasks.add(task)
      return () => state.tasks.delete(task)
    },
    windowMs: () => state.windowMs,
    now: () => state.now,
    monotonicMs: () => state.now,
    pingFrame: () => frame('ping', 'control'),
    onListened: (channel, listened) => state.listened.push(`${listened ? '+' : '-'}${channel}`),
    onClosed: (client, code) => state.closed.push(`${client.id} ${code}`),
    onThinned: (how, channel, clients) => state.lost.push(`${how} ${channel} ${clients}`),
    onFlushed: () => undefined,
  })
  const connect = (id: string, { stalled = false, limitBytes = 1_000, feeds = ['whales'] } = {}) => {
    const wire = {
      written: [] as Buffer[],
      stuck: 0,
      closes: [] as number[],
      destroyed: 0,
      stalled,
      broken: false,
      done: [] as ((error?: Error) => void)[],
    }
    const client = new Receiver({
      id,
      limitBytes,
      socket: {
        get buffered() {
          return wire.stuck
        },
        write: (batch: Batch, done) => {
          wire.written.push(batch.joined())
          if (wire.stalled) wire.stuck += batch.bytes
          if (wire.broken) done(new Error('EPIPE'))
          else wire.done.push(done)
          return batch.bytes
        },
        close: (code) => wire.closes.push(code),
        destroy: () => (wire.destroyed += 1),
      },
      losses: {
        conflated: (channel) => state.lost.push(`conflated client ${channel}`),
        shed: (frames) => (state.shed += frames),
      },
      now: () => state.now,
      onSent: () => undefined,
    })
    hub.add(client)
    hub.listen(client, feeds)
    return { client, wire, text: () => Buffer.concat(wire.written).toString() }
  }
  const run = (which: (task: Task) => boolean) => {
    for (const task of [...state.tasks].filter(which)) {
      state.tasks.delete(task)
      task.run()
    }
  }
  /** The end of a turn of the loop. */
  const endTurn = () => run(({ ms }) => ms === 0)
  /** Time passes, and what was to happen then happens. */
  const pass = (ms: number) => {
    state.now += ms
    run((task) => task.ms > 0)
  }
  return { hub, state, connect, endTurn, pass }
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

describe('above the rate', () => {
  test('prints are left out and counted; who listens to other things has a rate of its own', () => {
    const { hub, state, connect, endTurn, pass } = openHub({ rate: 2 })
    const thin = connect('thin')
    const well = connect('well', { feeds: ['tape'] })
    for (const text of ['a', 'b', 'c', 'd']) hub.publish('whales', frame(text, 'tape'))
    hub.publish('tape', frame('x', 'tape'))
    endTurn()
    expect(thin.text()).toBe('ab')
    expect(well.text()).toBe('x')
    expect(state.lost).toEqual(['suppressed k 1', 'suppressed k 1'])
    expect(thin.client.record(0)).toMatchObject({ suppressed: 2, frames_sent: 2, conflated: 0 })
    expect(well.client.record(0)).toMatchObject({ suppressed: 0 })
    pass(500)
    hub.publish('whales', frame('e', 'tape'))
    endTurn()
    expect(thin.text()).toBe('abe')
  })

  test('what a client missed stays on its record when it listens to other things', () => {
    const { hub, connect } = openHub({ rate: 1 })
    const { client } = connect('a')
    for (const text of ['a', 'b', 'c']) hub.publish('whales', frame(text, 'tape'))
    const late = connect('late')
    hub.listen(client, ['tape'])
    expect(client.record(0).suppressed).toBe(2)
    expect(late.client.record(0).suppressed).toBe(0)
    hub.publish('whales', frame('d', 'tape'))
    hub.publish('whales', frame('e', 'tape'))
    expect(client.record(0).suppressed).toBe(4)
  })

  test('of a latest value the newest comes later; entries of a log are never left out', () => {
    const { hub, state, connect, endTurn, pass } = openHub({ rate: 1 })
    const { text } = connect('thin')
    for (const value of ['1', '2', '3']) hub.publish('whales', frame(value, 'latest'))
    hub.publish('whales', frame('L'))
    endTurn()
    expect(text()).toBe('1L')
    expect(state.lost).toEqual(['conflated k 1'])
    pass(50)
    endTurn()
    expect(text()).toBe('1L')
    pass(950)
    endTurn()
    expect(text()).toBe('1L3')
    expect(state.tasks.size).toBe(0)
  })

  test('a change that waits is replaced by the whole value', () => {
    const { hub, connect, endTurn, pass } = openHub({ rate: 1 })
    const { text } = connect('thin')
    const change = (of: string) => ({ ...frame(`+${of}`, 'latest'), whole: frame(`=${of}`, 'latest') })
    for (const value of ['1', '2', '3']) hub.publish('whales', change(value))
    pass(1_000)
    endTurn()
    expect(text()).toBe('+1=3')
  })

  test('a value that waits for its feed reaches who still listens then, and not who gave it up', () => {
    const { hub, state, connect, endTurn, pass } = openHub({ feedRate: 1 })
    const [more, less] = [connect('more'), connect('less')]
    for (const value of ['1', '2']) hub.publish('whales', frame(value, 'latest'))
    hub.listen(more.client, ['tape'])
    hub.unlisten(less.client, ['whales'])
    pass(1_000)
    endTurn()
    expect([more.text(), less.text()]).toEqual(['12', '1'])
    hub.publish('whales', frame('3', 'latest'))
    hub.unlisten(more.client, ['whales'])
    endTurn()
    expect(state.tasks.size).toBe(0)
    expect(more.text()).toBe('12')
  })

  test('a value that waits because all together is too much goes with a client that listens to more', () => {
    const { hub, state, connect, endTurn, pass } = openHub({ rate: 1, feedRate: 10 })
    const [more, less] = [connect('more'), connect('less')]
    for (const value of ['1', '2']) hub.publish('whales', frame(value, 'latest'))
    hub.listen(more.client, ['tape'])
    hub.unlisten(less.client, ['whales'])
    endTurn()
    expect([more.text(), less.text()]).toEqual(['12', '1'])
    pass(1_000)
    endTurn()
    expect([more.text(), less.text()]).toEqual(['12', '1'])
    expect(state.tasks.size).toBe(0)
  })
})
