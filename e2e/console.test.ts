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
