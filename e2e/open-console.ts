import { chromium, type Page } from 'playwright-core'

const executablePath = process.env['CHROMIUM_PATH']

/** What the name of a test that needs a browser ends with. */
export const unlessBrowser = executablePath ? '' : ' (skipped: no Chromium, see CHROMIUM_PATH)'
export const hasBrowser = executablePath !== undefined && executablePath !== ''

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

/** The console as a person sees it. */
export type ConsolePage = AsyncDisposable & {
  readonly page: Page
  /** Errors of the page and of its scripts so far. */
  readonly problems: readonly string[]
  /** Saves what is seen, where the developer asked for it (`WHALECAST_SCREENSHOT`, the beginning of the files' names). */
  shoot(): Promise<void>
}

/** Opens the console in a real browser and waits until it shows a ready system. */
export async function openConsole(url: string): Promise<ConsolePage> {
  const browser = await chromium.launch({ executablePath: executablePath ?? '', args })
  const problems: string[] = []
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' })
    page.on('pageerror', (error) => void problems.push(String(error)))
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
    await page.goto(url)
    await page.getByText('READY', { exact: false }).first().waitFor({ timeout: 20_000 })
    return {
      page,
      problems,
      async shoot() {
        const name = process.env['WHALECAST_SCREENSHOT']
        if (!name) return
        await page.screenshot({ path: `${name}-dark.png` })
        await page.emulateMedia({ colorScheme: 'light' })
        await page.screenshot({ path: `${name}-light.png` })
        await page.emulateMedia({ colorScheme: 'dark' })
        await page.setViewportSize({ width: 390, height: 844 })
        await page.screenshot({ path: `${name}-phone.png`, fullPage: true })
      },
      [Symbol.asyncDispose]: () => browser.close(),
    }
  } catch (error) {
    await browser.close()
    throw error
  }
}
