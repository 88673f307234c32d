import { expect, test } from '@jest/globals'
import { eventually, openSystem } from '@whalecast/testkit'
import { hasBrowser, openConsole, unlessBrowser } from './open-console.ts'

/** What a page keeps of the event stream: a place of each whale, and what could not be had. */
type Heard = { readonly offsets: number[]; readonly gaps: number; readonly opened: number }

/** Runs in the page, with nothing but what a browser has. */
function listen(): void {
  const heard = { offsets: [] as number[], gaps: 0, opened: 0 }
  Object.assign(globalThis, { heard })
  const source = new EventSource('/sse?channels=whales')
  source.addEventListener('open', () => (heard.opened += 1))
  source.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(data)
    if (frame.type === 'whale') heard.offsets.push(frame.offset)
    if (frame.type === 'gap') heard.gaps += 1
  })
}

;(hasBrowser ? test : test.skip)(
  `an EventSource whose server is killed goes on where it was, by its last id${unlessBrowser}`,
  async () => {
    await using system = await openSystem({ SIM_RATE: '200', WHALE_EVENT_MIN_SIZE_CENTS: '10000' })
    await using shown = await openConsole(system.url)
    await shown.page.evaluate(listen)
    const heard = () => shown.page.evaluate<Heard>('heard')
    await eventually(async () => (await heard()).offsets.length > 60, { timeoutMs: 20_000, everyMs: 100 })
    await system.kill('ws-broadcast', 'SIGKILL')
    const before = (await heard()).offsets.length
    await eventually(async () => (await heard()).opened === 2, { timeoutMs: 30_000, everyMs: 100 })
    await eventually(async () => (await heard()).offsets.length > before + 20, {
      timeoutMs: 20_000,
      everyMs: 100,
    })
    const { offsets, gaps } = await heard()
    const [first = 0] = offsets
    expect(gaps).toBe(0)
    expect(offsets).toEqual(offsets.map((_, index) => first + index))
  },
)
