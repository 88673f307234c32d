import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { openServer, type Peer } from './open-server.ts'

const root = join(import.meta.dirname, '..')
const guide = await readFile(join(root, '../../docs/sdk.md'), 'utf8')
const readme = await readFile(join(root, 'README.md'), 'utf8')

/** The programs of a document, each with the heading that it stands under. */
const programsOf = (text: string) =>
  text.split(/^(?=#+ )/m).flatMap((section) => {
    const heading = /^#+ (.*)/.exec(section)?.[1] ?? ''
    return [...section.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, program = '']) => ({ heading, program }))
  })

const programs = [...programsOf(guide), ...programsOf(readme)]

/** A folder inside the package, so that its imports are those of any program in the workspace. */
let folder = ''
beforeAll(async () => {
  await mkdir(join(root, '.results'), { recursive: true })
  folder = await mkdtemp(join(root, '.results', 'docs-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('every program of the guide compiles', async () => {
  for (const [index, { program }] of programs.entries())
    await writeFile(join(folder, `p${index}.ts`), program)
  const config = { extends: '../../tsconfig.json', compilerOptions: { noEmit: true }, include: ['*.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(root, '../../node_modules/.bin/tsc')
  const answer = await promisify(execFile)(tsc, ['-p', folder]).catch((error: unknown) => error)
  expect(answer).toEqual({ stdout: '', stderr: '' })
})

const title = 'Chiefs to win?'
const place = { epoch: 1, offset: 1, prev: 0 }
const print = { market_ticker: 'KXNFL-KC', side: 'yes', price_cents: 61, count: 900, title, severity: 'S2' }
const book = 'book:KXNFLGAME-26NOV27HOUBAL-BAL'
const ticker = 'ticker:KXBTCD-26NOV24-T114999.99'

/** One of each, as a server would send it to somebody who has asked for everything. */
function sayEverything(peer: Peer): void {
  const whale = { ...print, whale_id: 'w1', severity_reason: 'over 10,000', whale_size_dollars: 900 }
  peer.greet()
  peer.say('authenticated', { name: 'bot', scopes: ['market', 'account'] })
  peer.say('whale', { ...whale, cost_dollars: 549, payout_dollars: 900 }, { channel: 'whales', ...place })
  peer.say('whale', { ...whale, whale_id: 'w2' }, { channel: 'whales', ...place, offset: 5, prev: 4 })
  peer.say('trade', print, { channel: 'tape' })
  peer.say('trade', print, { channel: 'tape:KXNFL*' })
  peer.say('book', { best_yes_bid_cents: 60, timestamp_ms: Date.now() }, { channel: book })
  peer.say('ticker', { market_ticker: ticker, price_cents: 33 }, { channel: ticker })
  peer.say('trading_state', { version: 1, balance: 4_200 }, { channel: 'trading_state', version: 1 })
  peer.say('error', { code: 'bad_filter', message: 'no such condition' })
}

describe('every program of the guide does what it says', () => {
  let lines: string[] = []
  beforeEach(() => {
    lines = []
    jest.spyOn(console, 'log').mockImplementation((...values) => void lines.push(values.join(' ')))
  })

  const expected: Readonly<Record<string, readonly RegExp[]>> = {
    'The first bot': [/^S2 yes 61 900 Chiefs to win\?$/],
    Channels: [/^KXNFL-KC yes 900 @ 61$/, /^best bid 60/],
    'Only what you need': [/^over 10,000$/, /33$/, /^bad_filter no such condition$/],
    'When the connection breaks': [
      /^connected to s1$/,
      /^lost for good: 2 to 4 sequence$/,
      /^it is over: .*4001/,
    ],
    'When your program restarts': [/^whale w1$/, /^whale w2$/],
    'Old data': [/^trading: false the server has \d+$/],
    Tokens: [/^known as bot market,account$/, /^balance 4200 cents$/],
    'Everything at once': [/^Chiefs to win\? 549$/, /^this client missed whales 2 4$/],
    Client: [/^connecting$/, /^S2 Chiefs to win\? 900$/, /^missed 2 4$/, /^KXNFL-KC 61$/],
  }

  test.each(programs)('$heading', async ({ heading, program }) => {
    await using server = await openServer()
    const file = join(folder, `run-${heading.replaceAll(/\W/g, '-')}.ts`)
    const inFolder = program
      .replaceAll('ws://127.0.0.1:8080/ws', server.url)
      .replace(`'place.json'`, `'${join(folder, 'place.json')}'`)
      .replace(`'token'`, `'${join(folder, 'token')}'`)
    await writeFile(join(folder, 'token'), 'secret\n')
    await writeFile(file, inFolder)
    const running: Promise<unknown> = import(file)
    const peer = await server.accept()
    // What it asks for is on its way once the answer to a ping can be.
    await peer.heard('ping')
    sayEverything(peer)
    await peer.close(4001, 'the guide ends here')
    await running
    // Handlers run when the close arrives at the client, at the latest.
    while (!expected[heading]?.every((line) => lines.some((text) => line.test(text))))
      await new Promise((resolve) => setImmediate(resolve))
    expect(expected[heading]?.length).toBeGreaterThan(0)
    if (heading === 'When your program restarts')
      expect(await readFile(join(folder, 'place.json'), 'utf8')).toBe('{"whales":{"epoch":1,"offset":5}}')
  })
})
