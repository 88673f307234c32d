import { expect, test } from '@jest/globals'
import { eventually, openSystem } from '@whalecast/testkit'
import { hasBrowser, openConsole, unlessBrowser } from './open-console.ts'

;(hasBrowser ? test : test.skip)(`a newcomer sees a whale in the console${unlessBrowser}`, async () => {
  await using system = await openSystem({})
  await using shown = await openConsole(system.url)
  const rows = shown.page.getByRole('region', { name: /whale queue/i }).getByRole('row')
  await eventually(async () => (await rows.count()) > 1, { timeoutMs: 20_000, everyMs: 100 })
  expect(await shown.page.title()).toMatch(/whalecast/i)
  expect(shown.problems).toEqual([])
})

;(hasBrowser ? test : test.skip)(
  `a page whose server is killed comes back by itself and has missed nothing${unlessBrowser}`,
  async () => {
    await using system = await openSystem({ SIM_RATE: '200', WHALE_EVENT_MIN_SIZE_CENTS: '10000' })
    await using shown = await openConsole(system.url)
    const link = shown.page.getByRole('region', { name: /connection/i })
    const shows = async (text: RegExp) => text.test(await link.innerText())
    await eventually(() => shows(/Gaps\s+0/), { timeoutMs: 20_000, everyMs: 100 })
    await system.kill('ws-broadcast', 'SIGKILL')
    await eventually(() => shows(/Reconnects\s+1/), { timeoutMs: 30_000, everyMs: 100 })
    // What it missed is sent within the first second of the new connection.
    await eventually(() => shows(/for [2-9]s/), { timeoutMs: 20_000, everyMs: 100 })
    expect(await link.innerText()).toMatch(/Gaps\s+0/)
    expect(await link.innerText()).not.toContain('Missed on')
  },
)
