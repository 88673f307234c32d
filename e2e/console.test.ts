import { expect, test } from '@jest/globals'
import { eventually, openSystem } from '@whalecast/testkit'
import { chromium } from 'playwright-core'

const executablePath = process.env['CHROMIUM_PATH']
const unlessFound = executablePath ? '' : ' (skipped: no Chromium, see CHROMIUM_PATH)'

/** Headless, and silent towards the network: it has nobody to talk to but the page. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

;(executablePath ? test : test.skip)(`a newcomer sees a whale in the console${unlessFound}`, async () => {
  await using system = await openSystem({})
  const browser = await chromium.launch({ executablePath: executablePath!, args })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const problems: string[] = []
    page.on('pageerror', (error) => void problems.push(String(error)))
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
    await page.goto(system.url)
    await page.getByText('READY', { exact: false }).first().waitFor({ timeout: 20_000 })
    const rows = page.getByRole('region', { name: /whale queue/i }).getByRole('row')
    await eventually(async () => (await rows.count()) > 1, { timeoutMs: 20_000, everyMs: 100 })
    expect(await page.title()).toMatch(/whalecast/i)
    expect(problems).toEqual([])
    const screenshot = process.env['WHALECAST_SCREENSHOT']
    if (screenshot) await page.screenshot({ path: screenshot })
  } finally {
    await browser.close()
  }
})
