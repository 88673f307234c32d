import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker, type Fence } from '@whalecast/bus'
import type { Account, TradingState } from '@whalecast/events'
import { sampleAccount, samplePosition } from '@whalecast/events/testing'
import { eventually, makeContext } from '@whalecast/testkit'
import { reportStatus } from '../src/service.ts'
import { makeBook } from '../src/testing/books.ts'

class World implements AsyncDisposable {
  readonly broker = new MemoryBroker()
  readonly bus = createMemoryBus(this.broker, { instance: 'test' })
  readonly states: TradingState[] = []
  private readonly waiting = new Set<() => void>()
  private readonly fence: Fence = { owner: 'test', term: 1 }
  private version = 0
  private readonly ends: (() => Promise<void>)[] = []

  constructor() {
    this.bus.subscribe('trading_state', ({ data }) => {
      this.states.push(data)
    })
  }

  /** A reporter that looks when the test says so. */
  report() {
    const bus = createMemoryBus(this.broker, { instance: `reporter-${this.ends.length}` })
    const stop = new AbortController()
    const ctx = makeContext(stop.signal)
    const told = (signal: AbortSignal) => this.ticks(signal)
    const running = reportStatus({ bus, ctx, startedAtMs: Date.now(), now: Date.now, ticks: told })
    let ended: Promise<void> | undefined
    const end = () => {
      stop.abort()
      return (ended ??= running.then(() => bus.close()))
    }
    this.ends.push(end)
    return { ctx, end }
  }

  /** Lets the leader look, and waits until it has: the status and the trading state wait for the next time again. */
  async look(): Promise<void> {
    await eventually(() => this.waiting.size === 2)
    const waiting = [...this.waiting]
    this.waiting.clear()
    for (const go of waiting) go()
    await eventually(() => this.waiting.size === 2)
  }

  async say(over: Partial<Account> = {}): Promise<void> {
    this.version += 1
    const data = sampleAccount(over)
    await this.bus.put('account', { type: 'account', data }, { fence: this.fence, version: this.version })
  }

  async price(ticker: string, cents: number): Promise<void> {
    this.version += 1
    const data = makeBook(ticker, { yes: [[cents, 100]] }, { timestamp_ms: Date.now() })
    await this.bus.put(
      'book',
      { type: 'book', data },
      { fence: this.fence, version: this.version, key: ticker },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.ends) await end()
    await this.bus.close()
  }

  private async *ticks(signal: AbortSignal): AsyncGenerator<number, void, void> {
    while (!signal.aborted) {
      await new Promise<void>((go) => {
        this.waiting.add(go)
        const stop = () => {
          this.waiting.delete(go)
          go()
        }
        signal.addEventListener('abort', stop, { once: true })
      })
      if (!signal.aborted) yield Date.now()
    }
  }
}

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world[Symbol.asyncDispose]())

/** What was put on a bus in memory is heard within the same turn of the loop, or the next. */
const heard = async () => {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn()
}

describe('trading_state on a bus', () => {
  test('nothing is told before there is an account', async () => {
    world.report()
    await world.look()
    expect(await world.bus.latest('trading_state')).toBeUndefined()
  })

  test('twenty changes between two looks are one state; idle, there is none', async () => {
    const { ctx } = world.report()
    await world.say()
    await heard()
    await world.look()
    for (let change = 1; change <= 20; change += 1) await world.say({ balance_e6: 1_000e6 - change })
    await heard()
    await world.look()
    for (let idle = 0; idle < 10; idle += 1) await world.look()
    await heard()
    expect(world.states.map(({ version, balance }) => [version, balance])).toEqual([
      [1, 100_000],
      [2, 99_999.998],
    ])
    expect(await ctx.metrics.registry.metrics()).toMatch(
      /reporter_trading_states_total\{outcome="accepted"\} 2/,
    )
  })

  test('positions are marked to our book as it moves', async () => {
    await world.price('KX-a', 62)
    world.report()
    await world.say({ positions: [samplePosition('KX-a')] })
    await heard()
    await world.look()
    await world.price('KX-a', 70)
    await world.look()
    await heard()
    expect(world.states.map(({ portfolio_value, pnl }) => [portfolio_value, pnl?.session_pnl])).toEqual([
      [310, 0],
      [350, 40],
    ])
  })

  test('another reporter goes on with version and session', async () => {
    const first = world.report()
    await world.say()
    await heard()
    await world.look()
    await first.end()
    world.report()
    await world.look()
    await world.look()
    await world.say({ balance_e6: 1_515e6, traded_cash_e6: 15e6 })
    await heard()
    await world.look()
    await heard()
    expect(world.states).toHaveLength(2)
    expect(world.states[1]).toMatchObject({
      version: 2,
      pnl: {
        session_start_ms: world.states[0]?.pnl?.session_start_ms,
        session_pnl: 1_500,
        session_pnl_percent: 1.5,
        transfers: 50_000,
      },
    })
  })
})
