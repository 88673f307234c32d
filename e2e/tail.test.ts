import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { eventually, openSystem } from '@whalecast/testkit'
import { accessToken } from './access-token.ts'
import { listMarkets, printTrade } from './exchange-admin.ts'
import { openTail, type Tail } from './open-tail.ts'

const says = (tail: Tail, text: string) => tail.notices.some((line) => line.includes(text))
const isConnected = (tail: Tail) => says(tail, 'connected to')

test('whales in the terminal: large ones alone, through a killed server without a loss, until Ctrl-C', async () => {
  await using system = await openSystem({ SIM_RATE: '0', WHALE_EVENT_MIN_SIZE_CENTS: '100000' })
  await using pretty = openTail('--url', system.url, '--min-size', '20000')
  await using raw = openTail(
    '--url',
    system.url,
    '--channel',
    'whales',
    '--channel',
    'no_such_channel',
    '--json',
  )
  await eventually(() => isConnected(pretty) && isConnected(raw), { timeoutMs: 20_000 })
  await eventually(() => says(raw, 'unknown_channel'))
  const [market = ''] = await listMarkets(system)
  const print = (count: string) => printTrade(system, { market, side: 'no', price: '0.4500', count })
  await print('5000.00')
  await print('60000.00')
  await eventually(() => raw.lines.length === 2 && pretty.lines.length === 1, { timeoutMs: 10_000 })
  expect(pretty.lines[0]).toMatch(/^S3 +\$60,000 +NO +45¢ +× 60,000 +\S.* \d+\.\d s ago$/)
  expect(raw.lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { type: 'whale', channel: 'whales', data: { market_ticker: market, count: 5_000 } },
    { type: 'whale', channel: 'whales', data: { market_ticker: market, count: 60_000 } },
  ])

  await system.kill('ws-broadcast', 'SIGKILL')
  await print('70000.00')
  await eventually(() => says(pretty, 'taken up again'), { timeoutMs: 20_000 })
  expect(pretty.notices.join('\n')).toMatch(/no connection: .*; attempt 1 in \d+\.\d s/)
  expect(says(pretty, 'without a loss: whales')).toBe(true)
  await eventually(() => pretty.lines.length === 2 && raw.lines.length === 3, { timeoutMs: 10_000 })
  expect(pretty.lines[1]).toContain('$70,000')
  expect(says(pretty, 'gap')).toBe(false)
  expect(await pretty.interrupt()).toBe(0)
  expect(await raw.interrupt()).toBe(0)
})

test('a token in a file opens what needs one; what is not understood is explained', async () => {
  const { token, setting } = accessToken('market+account')
  const folder = await mkdtemp(join(tmpdir(), 'whalecast-tail-'))
  try {
    const file = join(folder, 'token')
    await writeFile(file, `${token}\n`)
    await using system = await openSystem({ SIM_RATE: '0', WHALECAST_TOKENS: setting })
    await using stranger = openTail('--url', system.url, '--channel', 'trading_state')
    await using known = openTail('--url', system.url, '--channel', 'trading_state', '--token-file', file)
    await eventually(() => says(stranger, 'the server says unauthorized'), { timeoutMs: 20_000 })
    await eventually(() => says(known, 'known as test, with market, account'), { timeoutMs: 20_000 })
    expect(says(known, 'unauthorized')).toBe(false)
    await using mistaken = openTail('--min-size', 'large')
    await eventually(() => says(mistaken, '--token-file FILE'), { timeoutMs: 20_000 })
    expect(mistaken.notices.join('\n')).toContain('tail: --min-size: large is no number of dollars')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
