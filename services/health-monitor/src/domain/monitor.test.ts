import { describe, expect, test } from '@jest/globals'
import { healthSchema, systemActivitySchema, type Heartbeat, type SystemActivity } from '@whalecast/events'
import { epochMs, makeBeat, makeBeats } from '../testing/beats.ts'
import { Machine } from './machine.ts'
import { Monitor, type Look } from './monitor.ts'
import { resume } from './resume.ts'

const secondMs = 1_000

/** A monitor and its clock; every look is one second after the one before. */
class Watch {
  nowMs = epochMs
  readonly told: SystemActivity[] = []
  private readonly monitor: Monitor

  constructor(monitor = new Monitor(resume(undefined, [], epochMs), epochMs)) {
    this.monitor = monitor
  }

  /** A monitor that has been ready for a while. */
  static ready(): Watch {
    const watch = new Watch(
      new Monitor(
        {
          machine: new Machine('ready', epochMs - 100_000),
          episodes: [],
          check: { ailing: '', atMs: epochMs },
          because: undefined,
          unwatchedSinceMs: undefined,
        },
        epochMs,
      ),
    )
    watch.lookFor(6, makeBeats)
    expect(watch.told).toEqual([])
    return watch
  }

  look(beats: (nowMs: number) => readonly Heartbeat[]): Look {
    this.nowMs += secondMs
    const look = this.monitor.onLook(beats(this.nowMs), this.nowMs)
    expect(healthSchema.parse(look.health)).toEqual(look.health)
    for (const activity of look.activities) expect(systemActivitySchema.parse(activity)).toEqual(activity)
    this.told.push(...look.activities)
    return look
  }

  lookFor(seconds: number, beats: (nowMs: number) => readonly Heartbeat[]): Look {
    let look = this.look(beats)
    for (let second = 1; second < seconds; second += 1) look = this.look(beats)
    return look
  }

  transitions(): readonly string[] {
    return this.told.flatMap(({ activity_type: type, message }) =>
      type === 'state_transition' ? [message] : [],
    )
  }

  of(type: SystemActivity['activity_type']): readonly SystemActivity[] {
    return this.told.filter((activity) => activity.activity_type === type)
  }
}

const saying =
  (says: Parameters<typeof makeBeats>[1], missing: readonly string[] = []) =>
  (nowMs: number) =>
    makeBeats(nowMs, says, missing)
const route = (watch: Watch) =>
  watch.of('state_transition').map(({ from_state, to_state }) => `${from_state}>${to_state}`)

describe('the start', () => {
  test('waits for the critical components, then for the feed, then is ready', () => {
    const watch = new Watch()
    watch.lookFor(3, saying({ trade_feed: 'starting' }, ['ws-broadcast']))
    expect(watch.transitions()).toEqual([
      'startup → initializing: first start; waiting for the critical components',
    ])
    watch.lookFor(3, saying({ trade_feed: 'starting' }))
    expect(watch.transitions().at(-1)).toBe(
      'initializing → orderbook_connect: the critical components work; waiting for the exchange feed',
    )
    expect(watch.look(makeBeats).health).toMatchObject({ machine_state: 'ready', status: 'healthy' })
    expect(watch.transitions().at(-1)).toBe('orderbook_connect → ready: the exchange feed is live')
  })

  test('a whole system that is there is ready at the first look', () => {
    const watch = new Watch()
    expect(watch.look(makeBeats).health.machine_state).toBe('ready')
    expect(route(watch)).toEqual([
      'startup>initializing',
      'initializing>orderbook_connect',
      'orderbook_connect>ready',
    ])
  })

  test('without critical components it fails after 60 s, naming them', () => {
    const watch = new Watch()
    watch.lookFor(62, saying({}, ['ws-broadcast']))
    expect(route(watch)).toEqual(['startup>initializing', 'initializing>error'])
    expect(watch.transitions().at(-1)).toBe(
      'initializing → error: after 60 s without ws_broadcast (no heartbeat from ws-broadcast)',
    )
  })

  test('without the feed it is ready after 120 s, degraded, and says so', () => {
    const watch = new Watch()
    const noFeed = saying({ exchange_socket: { status: 'unhealthy', reason: 'refused' } })
    watch.lookFor(120, noFeed)
    expect(route(watch).at(-1)).toBe('initializing>orderbook_connect')
    const look = watch.look(noFeed)
    expect(look.health).toMatchObject({ machine_state: 'ready', status: 'degraded' })
    expect(watch.transitions().at(-1)).toBe(
      'orderbook_connect → ready: after 120 s without the exchange feed, degraded: exchange_socket (refused)',
    )
    expect(watch.of('degraded').map(({ metadata }) => metadata['component'])).toEqual(['exchange_socket'])
  })

  test('a feed that comes late is taken up, however late', () => {
    const watch = new Watch()
    watch.lookFor(121, saying({ exchange_socket: { status: 'unhealthy', reason: 'refused' } }))
    watch.lookFor(600, saying({ exchange_socket: { status: 'unhealthy', reason: 'refused' } }))
    expect(watch.of('recovered')).toEqual([])
    expect(watch.look(makeBeats).health).toMatchObject({ machine_state: 'ready', status: 'healthy' })
    expect(watch.of('recovered').map(({ metadata }) => metadata['component'])).toEqual(['exchange_socket'])
  })
})

describe('critical and not', () => {
  test('the whale tracker is gone: ready, degraded', () => {
    const watch = Watch.ready()
    const look = watch.lookFor(3, saying({}, ['whale-tracker']))
    expect(look.health).toMatchObject({ machine_state: 'ready', status: 'degraded' })
    expect(watch.of('degraded')).toMatchObject(
      ['whale_tracker', 'follower'].map((component) => ({
        message: `${component} is degraded: no heartbeat from whale-tracker`,
        state_at_event: 'ready',
        metadata: { component, reason: 'no heartbeat from whale-tracker', severity: 'warning' },
      })),
    )
    expect(watch.of('state_transition')).toEqual([])
  })

  test('ws-broadcast is gone: error, then ready again when it is back', () => {
    const watch = Watch.ready()
    const down = watch.lookFor(3, saying({}, ['ws-broadcast']))
    expect(down.health).toMatchObject({ machine_state: 'error', status: 'unhealthy' })
    expect(watch.of('state_transition')).toMatchObject([
      {
        message: 'ready → error: critical components are down: ws_broadcast (no heartbeat from ws-broadcast)',
        from_state: 'ready',
        to_state: 'error',
        metadata: { severity: 'error', unhealthy_components: ['ws_broadcast'] },
      },
    ])
    // A process that only starts is no recovery yet.
    expect(watch.look(saying({ ws_broadcast: 'starting' })).health.machine_state).toBe('error')
    expect(watch.look(makeBeats).health).toMatchObject({ machine_state: 'ready', status: 'healthy' })
    expect(watch.transitions().at(-1)).toBe('error → ready: the critical components work again')
  })

  test('each activity tells the state of its time, health the state now', () => {
    const watch = Watch.ready()
    watch.lookFor(3, saying({}, ['whale-tracker']))
    const down = watch.lookFor(3, saying({}, ['whale-tracker', 'ws-broadcast']))
    expect(down.health.machine_state).toBe('error')
    const back = watch.look(saying({}, ['ws-broadcast']))
    expect(back.health.machine_state).toBe('error')
    expect(watch.look(makeBeats).health.machine_state).toBe('ready')
    const of = (component: string) =>
      watch.told
        .filter(({ metadata }) => metadata['component'] === component)
        .map(({ activity_type, state_at_event }) => [activity_type, state_at_event])
    expect(of('whale_tracker')).toEqual([
      ['degraded', 'ready'],
      ['recovered', 'error'],
    ])
    expect(watch.of('state_transition').map(({ state_at_event }) => state_at_event)).toEqual([
      'error',
      'ready',
    ])
  })

  test.each(['redis', 'health_monitor', 'ws_broadcast'])('%s says it is unhealthy: error', (component) => {
    const watch = Watch.ready()
    const look = watch.look((nowMs) =>
      makeBeats(nowMs).map((beat) => ({
        ...beat,
        components: beat.components.map((each) =>
          each.component === component ? { ...each, status: 'unhealthy' as const, reason: 'broken' } : each,
        ),
      })),
    )
    expect(look.health.machine_state).toBe('error')
  })

  test.each([
    'exchange_socket',
    'trade_feed',
    'market_directory',
    'order_books',
    'account_sync',
    'whale_tracker',
    'follower',
    'status_reporter',
    'gadget',
  ])('%s says it is unhealthy: ready', (component) => {
    const watch = Watch.ready()
    const look = watch.look((nowMs) => [
      ...makeBeats(nowMs, { [component]: 'unhealthy' }),
      ...(component === 'gadget' ? [makeBeat('novelty', nowMs, { gadget: 'unhealthy' })] : []),
    ])
    expect(look.health).toMatchObject({ machine_state: 'ready', status: 'degraded' })
  })

  test('from error without a feed it goes to orderbook_connect', () => {
    const watch = Watch.ready()
    watch.lookFor(3, saying({}, ['ws-broadcast', 'ingest']))
    watch.look(saying({}, ['ingest']))
    expect(route(watch)).toEqual(['ready>error', 'error>orderbook_connect'])
  })

  test('an error that lasts 300 s starts over, and still recovers', () => {
    const watch = Watch.ready()
    watch.lookFor(304, saying({}, ['ws-broadcast']))
    expect(route(watch)).toEqual(['ready>error', 'error>startup', 'startup>initializing'])
    expect(watch.transitions().at(-1)).toBe(
      'startup → initializing: starting over; waiting for the critical components',
    )
    watch.look(makeBeats)
    expect(route(watch).slice(3)).toEqual(['initializing>orderbook_connect', 'orderbook_connect>ready'])
  })
})

describe('episodes', () => {
  test('exactly one degraded and one recovered, whatever the component says in between', () => {
    const watch = Watch.ready()
    const said = ['degraded', 'degraded', 'unhealthy', 'starting', 'degraded', 'healthy', 'healthy'] as const
    for (const status of said)
      watch.look(saying({ trade_feed: { status, reason: status, sinceMs: watch.nowMs } }))
    const [degraded, recovered] = [watch.of('degraded'), watch.of('recovered')]
    expect(degraded).toMatchObject([{ metadata: { component: 'trade_feed', severity: 'warning' } }])
    expect(recovered).toMatchObject([
      {
        message: 'trade_feed has recovered after 6 s',
        metadata: { component: 'trade_feed', severity: 'info' },
      },
    ])
    expect(degraded[0]?.metadata['since_ms']).toBe(recovered[0]?.metadata['since_ms'])
  })

  test('the next episode is told anew, under other ids', () => {
    const watch = Watch.ready()
    for (const status of ['degraded', 'healthy', 'degraded', 'healthy'] as const) {
      watch.look(saying({ trade_feed: { status, sinceMs: watch.nowMs } }))
    }
    expect(watch.of('degraded')).toHaveLength(2)
    expect(watch.of('recovered')).toHaveLength(2)
    expect(new Set(watch.told.map(({ activity_id: id }) => id)).size).toBe(watch.told.length)
  })

  test('a critical component that is degraded is an episode and no error', () => {
    const watch = Watch.ready()
    watch.look((nowMs) => [
      ...makeBeats(nowMs),
      makeBeat('ws-broadcast', nowMs, { ws_broadcast: 'unhealthy' }, 'b'),
    ])
    expect(watch.of('state_transition')).toEqual([])
    expect(watch.of('degraded')).toMatchObject([
      { metadata: { component: 'ws_broadcast', reason: 'b: unhealthy', critical: true } },
    ])
  })

  test('ailments before the system is ready are no episodes', () => {
    const watch = new Watch()
    watch.lookFor(5, saying({ trade_feed: 'unhealthy', whale_tracker: 'degraded' }))
    expect(watch.of('degraded')).toEqual([])
  })
})

test('what ails a component is shown through every step of the machine, and told once', () => {
  const watch = Watch.ready()
  const ailing = {
    trade_feed: { status: 'degraded', reason: 'no trade for 61 s', sinceMs: epochMs },
  } as const
  const shown = () => {
    const missing = watch.nowMs - epochMs > 10_000 && watch.nowMs - epochMs < 20_000 ? ['ws-broadcast'] : []
    return watch
      .look(saying(ailing, missing))
      .health.components.filter(({ component }) => component === 'trade_feed')
      .map(({ status, reason, since_ms }) => ({ status, reason, since_ms }))
  }
  for (let second = 0; second < 30; second += 1)
    expect(shown()).toEqual([{ status: 'degraded', reason: 'no trade for 61 s', since_ms: epochMs }])
  expect(route(watch)).toEqual(['ready>error', 'error>ready'])
  expect(watch.of('degraded').filter(({ metadata }) => metadata['component'] === 'trade_feed')).toHaveLength(
    1,
  )
})

describe('health_check', () => {
  test('is told on change, and once a minute while something is wrong', () => {
    const watch = Watch.ready()
    watch.lookFor(130, saying({ trade_feed: 'degraded' }))
    expect(watch.of('health_check')).toHaveLength(3)
    expect(watch.of('health_check')[0]).toMatchObject({
      message: 'not healthy: trade_feed (degraded)',
      metadata: { all_healthy: false, critical_healthy: true, non_critical_healthy: false },
    })
    expect(watch.of('health_check')[0]?.metadata['components']).toMatchObject({
      redis: true,
      trade_feed: false,
    })
    watch.lookFor(130, makeBeats)
    expect(watch.of('health_check')).toHaveLength(4)
    expect(watch.of('health_check')[3]).toMatchObject({
      metadata: { all_healthy: true, severity: 'success' },
    })
  })
})

describe('what counts as a change of health', () => {
  test('a status does, details and reasons do not', () => {
    const watch = Watch.ready()
    expect(watch.look(makeBeats).changed).toBe(false)
    expect(watch.look(saying({ trade_feed: { status: 'degraded', reason: 'for 1 s' } })).changed).toBe(true)
    expect(watch.look(saying({ trade_feed: { status: 'degraded', reason: 'for 2 s' } })).changed).toBe(false)
    expect(watch.look(makeBeats).changed).toBe(true)
  })
})
