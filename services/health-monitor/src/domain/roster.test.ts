import { describe, expect, test } from '@jest/globals'
import { components, type ComponentName, type HealthComponent } from '@whalecast/events'
import { epochMs, makeBeat, makeBeats } from '../testing/beats.ts'
import { Roster } from './roster.ts'

/** A roster that has heard everybody, second by second, until `seconds`. */
function watched(seconds = 10) {
  const roster = new Roster(epochMs)
  for (let second = 0; second <= seconds; second += 1) {
    const at = epochMs + second * 1_000
    roster.look(makeBeats(at), at)
  }
  return { roster, at: (second: number) => epochMs + second * 1_000 }
}
const one = (reports: readonly HealthComponent[], name: string) =>
  reports.filter(({ component }) => component === name)

describe('what a component says', () => {
  test('is shown word for word', () => {
    const { roster, at } = watched()
    const beat = makeBeat('ingest', at(11), {
      trade_feed: { status: 'degraded', reason: 'no trade for 61 s', sinceMs: at(3) },
    })
    const shown = one(roster.look([beat], at(11)), 'trade_feed')
    const said = beat.components.find(({ component }) => component === 'trade_feed')
    expect(shown).toEqual([{ ...said, service: 'ingest', instance: 'ingest-1', reporting: true }])
  })

  test('is shown for every instance', () => {
    const { roster, at } = watched()
    const beats = ['a', 'b'].map((instance) => makeBeat('ws-broadcast', at(11), {}, instance))
    expect(one(roster.look(beats, at(11)), 'ws_broadcast').map(({ instance }) => instance)).toEqual([
      'a',
      'b',
    ])
  })

  test('a component of an unknown name is shown, and is not critical whatever it says of itself', () => {
    const { roster, at } = watched()
    const beat = makeBeat('novelty', at(11), { gadget: 'unhealthy' })
    const claims = { ...beat, components: beat.components.map((each) => ({ ...each, critical: true })) }
    const [shown] = one(roster.look([claims], at(11)), 'gadget')
    expect(shown).toMatchObject({ service: 'novelty', status: 'unhealthy', critical: false, reporting: true })
  })

  test('one that a service does not report yet is starting', () => {
    const { roster, at } = watched()
    const beat = { ...makeBeat('whale-tracker', at(11)), components: [] }
    expect(one(roster.look([beat], at(11)), 'whale_tracker')).toMatchObject([
      { status: 'starting', reporting: false },
    ])
  })
})

describe('silence', () => {
  test('an executor that was never heard is missing to nobody; one that was heard is', () => {
    const { roster, at } = watched()
    const look = (second: number, beats: readonly ReturnType<typeof makeBeat>[]) =>
      one(roster.look([...makeBeats(at(second)), ...beats], at(second)), 'executor')
    expect(look(11, [])).toEqual([])
    expect(look(12, [makeBeat('executor', at(12), { executor: 'healthy' })])).toMatchObject([
      { status: 'healthy', reporting: true },
    ])
    look(13, [])
    expect(look(14, [])).toMatchObject([{ status: 'unhealthy', reporting: false, critical: false }])
    expect(look(60, [])).toHaveLength(1)
  })

  test('is noticed at the second look without a heartbeat, and ends with the first one', () => {
    const { roster, at } = watched()
    const without = (second: number) => roster.look(makeBeats(at(second), {}, ['whale-tracker']), at(second))
    expect(one(without(11), 'whale_tracker')).toMatchObject([{ status: 'healthy', reporting: true }])
    expect(one(without(12), 'whale_tracker')).toEqual([
      {
        component: 'whale_tracker',
        critical: false,
        status: 'unhealthy',
        reason: 'no heartbeat from whale-tracker',
        since_ms: at(10),
        details: {},
        service: 'whale-tracker',
        instance: 'whale-tracker-1',
        reporting: false,
      },
    ])
    expect(one(roster.look(makeBeats(at(13)), at(13)), 'whale_tracker')).toMatchObject([
      { status: 'healthy', reporting: true },
    ])
  })

  test('one replica of ws-broadcast is enough, none is not', () => {
    const { roster, at } = watched()
    const others = (second: number) => makeBeats(at(second), {}, ['ws-broadcast'])
    const left = [...others(11), makeBeat('ws-broadcast', at(11), {}, 'ws-broadcast-2')]
    expect(one(roster.look(left, at(11)), 'ws_broadcast')).toMatchObject([{ status: 'healthy' }])
    roster.look(others(12), at(12))
    expect(one(roster.look(others(13), at(13)), 'ws_broadcast')).toMatchObject([
      { status: 'unhealthy', critical: true, reporting: false },
    ])
  })

  test('does not take Redis down with the service', () => {
    const { roster, at } = watched()
    roster.look(makeBeats(at(11), {}, ['ingest']), at(11))
    const reports = roster.look(makeBeats(at(12), {}, ['ingest']), at(12))
    expect(one(reports, 'redis').every(({ status }) => status === 'healthy')).toBe(true)
    expect(reports.filter(({ reporting }) => !reporting).map(({ component }) => component)).toEqual([
      'exchange_socket',
      'trade_feed',
      'market_directory',
      'order_books',
      'account_sync',
    ])
  })

  test('at the beginning, a service gets five seconds to be heard', () => {
    const roster = new Roster(epochMs)
    const look = (ms: number) => one(roster.look([], epochMs + ms), 'ws_broadcast')[0]
    for (let ms = 0; ms < 5_000; ms += 1_000) {
      expect(look(ms)).toMatchObject({ status: 'starting', reason: 'no heartbeat from ws-broadcast yet' })
    }
    expect(look(5_000)).toMatchObject({ status: 'unhealthy', reason: 'no heartbeat from ws-broadcast' })
  })

  test('after a pause in looking everybody gets five seconds again, but who was silent stays so', () => {
    const { roster, at } = watched()
    for (const second of [11, 12]) roster.look(makeBeats(at(second), {}, ['ingest']), at(second))
    const [late, later] = [at(40), at(45)]
    const shown = roster.look([], late)
    expect(one(shown, 'ws_broadcast')).toMatchObject([{ status: 'healthy' }])
    expect(one(shown, 'trade_feed')).toMatchObject([{ status: 'unhealthy', reporting: false }])
    for (let ms = late + 1_000; ms < later; ms += 1_000) {
      expect(one(roster.look([], ms), 'ws_broadcast')).toMatchObject([{ status: 'healthy' }])
    }
    expect(one(roster.look([], later), 'ws_broadcast')).toMatchObject([{ status: 'unhealthy' }])
  })

  test('a service nobody expects leaves without a trace', () => {
    const { roster, at } = watched()
    roster.look([...makeBeats(at(11)), makeBeat('novelty', at(11), { gadget: 'healthy' })], at(11))
    roster.look(makeBeats(at(12)), at(12))
    expect(one(roster.look(makeBeats(at(13)), at(13)), 'gadget')).toEqual([])
  })
})

test('every component that exists is expected from somebody, but for the one that need not run', () => {
  const silent = new Roster(epochMs).look([], epochMs)
  const expected = Object.keys(components).filter((name) => name !== 'redis' && name !== 'executor')
  expect(silent.map(({ component }) => component).toSorted()).toEqual(expected.toSorted())
})

test('a component without a reporter, or with none that exists, does not compile', () => {
  const { redis, ...others } = {
    redis: '*',
    health_monitor: 'health-monitor',
    ws_broadcast: 'ws-broadcast',
    exchange_socket: 'ingest',
    trade_feed: 'ingest',
    market_directory: 'ingest',
    order_books: 'ingest',
    account_sync: 'ingest',
    whale_tracker: 'whale-tracker',
    follower: 'whale-tracker',
    executor: 'executor',
    status_reporter: 'status-reporter',
  }
  const whole: Readonly<Record<ComponentName, string>> = { redis, ...others }
  // @ts-expect-error one that nobody reports
  const short: Readonly<Record<ComponentName, string>> = others
  // @ts-expect-error one that is neither critical nor not
  const stranger = components.gadget
  expect([Object.keys(whole).toSorted(), Object.keys(short).length, stranger]).toEqual([
    Object.keys(components).toSorted(),
    Object.keys(components).length - 1,
    undefined,
  ])
})
