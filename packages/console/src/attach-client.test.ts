import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { ClientState, ServerFrame } from '@whalecast/client'
import { attachClient, type Source } from './attach-client.ts'
import { statusOfWhale } from './state/following.ts'
import { createStore } from './state/store.ts'
import { account, position } from './testing/account-samples.ts'
import { activity, connectedLink, entry, health, nowMs, whaleQueue } from './testing/samples.ts'

beforeEach(() => void jest.useFakeTimers({ now: nowMs }))
afterEach(() => void jest.useRealTimers())

/** A client that says what the test tells it to, and counts what is asked of it. */
function scriptedClient() {
  const waiting: ServerFrame[] = []
  const asked = { frames: 0, onState: 0 }
  let wake = () => {}
  let onState: (state: ClientState) => void = () => {}
  async function* frames(): AsyncGenerator<ServerFrame> {
    for (;;) {
      const frame = waiting.shift()
      if (frame) yield frame
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }
  const { stats } = connectedLink()
  if (stats === null) throw new Error('the sample is connected')
  const client: Source = {
    stats,
    onState: (handler) => {
      asked.onState += 1
      onState = handler
    },
    frames: () => {
      asked.frames += 1
      return frames()
    },
  }
  const say = async (...told: ServerFrame[]) => {
    waiting.push(...told)
    wake()
    // The stream hands them on in a few turns of the microtask queue; no time passes.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }
  return { client, asked, say, link: (state: ClientState) => onState(state) }
}

function page() {
  const script = scriptedClient()
  const store = createStore((flush) => flush())
  attachClient(script.client, store)
  script.link(connectedLink().state)
  return { ...script, store }
}

const told = <Type extends ServerFrame['type']>(type: Type) => ({ type, ts: nowMs })

describe('the page and its clock', () => {
  test('a whale that is judged: highlighted, then 300 ms, three seconds in view, half a second to fade', async () => {
    const { store, say } = page()
    const row = () => store.snapshot().whaleRows[0]
    const seen = () => {
      const each = row()
      return each && `${statusOfWhale(store.snapshot().following, each).status} ${each.phase}`
    }
    const judged = { whale_id: 'w1', timestamp_ms: nowMs }
    await say({ ...told('whale_queue'), data: whaleQueue([entry()]) })
    expect(seen()).toBe('queued queued')
    await say({ ...told('whale_processing'), data: { ...judged, status: 'processing', action: null } })
    expect(seen()).toBe('processing queued')
    await jest.advanceTimersByTimeAsync(400)
    await say({ ...told('whale_processing'), data: { ...judged, status: 'complete', action: 'skipped_age' } })
    await say({ ...told('whale_queue'), data: whaleQueue([]) })
    await jest.advanceTimersByTimeAsync(290)
    expect(seen()).toBe('processing held')
    await jest.advanceTimersByTimeAsync(20)
    expect(seen()).toBe('processed held')
    await jest.advanceTimersByTimeAsync(2_270)
    expect(seen()).toBe('processed held')
    await jest.advanceTimersByTimeAsync(40)
    expect(seen()).toBe('processed fading')
    await jest.advanceTimersByTimeAsync(460)
    expect(seen()).toBe('processed fading')
    await jest.advanceTimersByTimeAsync(40)
    expect(row()).toBeUndefined()
  })

  test('a glow lasts two seconds, a toast five', async () => {
    const { store, say } = page()
    await say({ ...told('trading_state'), data: account({ positions_details: [position()] }) })
    await say({ ...told('trading_state'), data: account({ positions_details: [position({ cost: 300 })] }) })
    await say({
      ...told('system_activity'),
      data: activity({ activity_type: 'order_fill', timestamp_ms: nowMs }),
    })
    const shown = () => [store.snapshot().trading.glows.size, store.snapshot().toasts.shown.length]
    await jest.advanceTimersByTimeAsync(1_950)
    expect(shown()).toEqual([1, 1])
    await jest.advanceTimersByTimeAsync(100)
    expect(shown()).toEqual([0, 1])
    await jest.advanceTimersByTimeAsync(2_900)
    expect(shown()).toEqual([0, 1])
    await jest.advanceTimersByTimeAsync(100)
    expect(shown()).toEqual([0, 0])
  })

  test('a fill that is told twice comes up once', async () => {
    const { store, say } = page()
    const fill = {
      ...told('system_activity'),
      data: activity({ activity_type: 'order_fill', timestamp_ms: nowMs }),
    }
    await say(fill)
    store.dispatch({ type: 'toast_dismissed', activityId: 'a1' })
    await say(fill)
    expect(store.snapshot().toasts.shown).toEqual([])
  })

  test('no change of the system’s state or of the connection asks for another connection', async () => {
    const { store, say, asked, link } = page()
    for (const state of ['initializing', 'ready', 'acting', 'error', 'ready'] as const) {
      await say({ ...told('health'), data: health([], { machine_state: state }) })
    }
    link({ type: 'connecting', attempt: 1, retryAtMs: nowMs, reason: 'gone' })
    link(connectedLink().state)
    await jest.advanceTimersByTimeAsync(5_000)
    expect(store.snapshot().machine.state).toBe('ready')
    expect(asked).toEqual({ frames: 1, onState: 1 })
  })
})
