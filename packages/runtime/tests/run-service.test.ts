import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'

const inPackage = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
// Apart from dist: a test must not depend on, nor disturb, what somebody builds meanwhile.
const built = inPackage('.results/built')

beforeAll(() => {
  const tsc = inPackage('../../node_modules/.bin/tsc')
  const { status, stdout } = spawnSync(tsc, ['-p', inPackage('tsconfig.build.json'), '--outDir', built])
  if (status !== 0) throw new Error(`the runtime does not build:\n${String(stdout)}`)
}, 60_000)

type Run = {
  readonly lines: string[]
  kill(signal: NodeJS.Signals): void
  /** Resolves with the first line that contains the text; rejects when the process ends without it. */
  line(text: string): Promise<string>
  readonly ended: Promise<{ readonly code: number | null; readonly afterMs: number }>
}

function runMode(mode: string, env: Record<string, string> = {}, deadlineMs = 5_000): Run {
  const startedMs = performance.now()
  const child = spawn(
    process.execPath,
    [inPackage('tests/fixtures/service.mjs'), `${built}/index.js`, mode, String(deadlineMs)],
    {
      env: { PATH: process.env['PATH'], WHALECAST_OPS_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const look = () => {
    for (const check of waiting) check()
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    look()
  })
  let isOver = false
  const ended = new Promise<{ code: number | null; afterMs: number }>((resolve) => {
    child.once('close', (code) => {
      isOver = true
      look()
      resolve({ code, afterMs: performance.now() - startedMs })
    })
  })
  return {
    lines,
    ended,
    kill: (signal) => void child.kill(signal),
    line: (text) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = lines.find((line) => line.includes(text))
          if (found === undefined && !isOver) return
          waiting.delete(check)
          if (found === undefined) reject(new Error(`it ended without "${text}":\n${lines.join('\n')}`))
          else resolve(found)
        }
        waiting.add(check)
        check()
      }),
  }
}

const released = ['released second', 'released first']
const releasesOf = ({ lines }: Run) => lines.filter((line) => line.startsWith('released'))

describe('a service that is told to stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s releases in reverse order and ends with 0',
    async (signal) => {
      const run = runMode('wired')
      await run.line('up')
      run.kill(signal)
      expect((await run.ended).code).toBe(0)
      expect(releasesOf(run)).toEqual(released)
      expect(run.lines).toContain('listeners 1,1')
      expect(run.lines.at(-1)).toBe('listeners 0,0')
    },
  )

  test('lets its loop end before it releases', async () => {
    const run = runMode('loop')
    await run.line('up')
    run.kill('SIGTERM')
    expect((await run.ended).code).toBe(0)
    expect(run.lines.indexOf('loop ended')).toBeLessThan(run.lines.indexOf('released second'))
  })

  test('during a slow start releases what it has and ends with 0', async () => {
    const run = runMode('slow')
    await run.line('up')
    run.kill('SIGTERM')
    expect(await run.ended).toMatchObject({ code: 0, afterMs: expect.any(Number) })
    expect(releasesOf(run)).toEqual(released)
  })

  test('during a start that does not listen releases after half the deadline', async () => {
    const run = runMode('deaf', {}, 400)
    await run.line('up')
    run.kill('SIGTERM')
    expect((await run.ended).code).toBe(0)
    expect(releasesOf(run)).toEqual(released)
  })

  test('ends with 1 when a release hangs past the deadline', async () => {
    const run = runMode('hangs', {}, 300)
    await run.line('up')
    run.kill('SIGTERM')
    expect((await run.ended).code).toBe(1)
    await run.line('stopping took too long')
  })

  test('ends with 1 when something holds it past the deadline', async () => {
    const run = runMode('lingers', {}, 300)
    await run.line('up')
    run.kill('SIGTERM')
    expect((await run.ended).code).toBe(1)
    expect(releasesOf(run)).toEqual(released)
  })

  test('goes on releasing after one failed, says which, and ends with 1', async () => {
    const run = runMode('fails-to-release')
    await run.line('up')
    run.kill('SIGTERM')
    expect((await run.ended).code).toBe(1)
    expect(JSON.parse(await run.line('release failed'))).toMatchObject({
      release: 'bad',
      error: { message: 'stuck' },
    })
    expect(releasesOf(run)).toEqual(released)
  })

  test('a second time ends at once with 1', async () => {
    const run = runMode('hangs', {}, 60_000)
    await run.line('up')
    run.kill('SIGINT')
    await run.line('stopping')
    run.kill('SIGINT')
    expect((await run.ended).code).toBe(1)
    await run.line('stopping at once')
  })
})

describe('a service that fails', () => {
  test.each([
    { mode: 'throws', message: 'service failed', reason: 'no exchange' },
    { mode: 'uncaught', message: 'uncaught exception', reason: 'boom' },
    { mode: 'unhandled', message: 'unhandled rejection', reason: 'boom' },
  ])('$mode: says so, releases, and ends with 1', async ({ mode, message, reason }) => {
    const run = runMode(mode)
    expect((await run.ended).code).toBe(1)
    expect(JSON.parse(await run.line(message))).toMatchObject({ level: 'error', error: { message: reason } })
    expect(releasesOf(run)).toEqual(released)
  })

  test('with a bad setting: one message that names all of them, exit code 1', async () => {
    const run = runMode('wired', { LOG_LEVEL: 'loud', WHALE_QUEU_SIZE: '3' })
    expect((await run.ended).code).toBe(1)
    const errors = run.lines.filter((line) => line.includes('"level":"error"'))
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/LOG_LEVEL.*WHALE_QUEU_SIZE/)
    expect(run.lines).not.toContain('up')
  })

  test('with the write key of executor: one message that says whose it is, exit code 1', async () => {
    const run = runMode('wired', { EXECUTOR_KALSHI_API_KEY_ID: 'hush' })
    expect((await run.ended).code).toBe(1)
    expect(run.lines.join()).toContain('EXECUTOR_KALSHI_API_KEY_ID: belongs to executor alone')
    expect(run.lines.join()).not.toContain('hush')
    expect(run.lines).not.toContain('up')
  })

  test('with its ops port in use: one message that names port and variable, exit code 1', async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        const address = taken.address()
        resolve(typeof address === 'object' ? (address?.port ?? 0) : 0)
      })
    })
    try {
      const run = runMode('wired', { WHALECAST_OPS_PORT: String(port - 1) })
      expect((await run.ended).code).toBe(1)
      const errors = run.lines.filter((line) => line.includes('"level":"error"'))
      expect(errors).toHaveLength(1)
      expect(errors[0]).toContain(`ops port ${port} on 127.0.0.1 is in use: set WHALECAST_OPS_PORT`)
    } finally {
      taken.close()
    }
  })
})

describe('the ops endpoint', () => {
  test('tells that it lives, whether it is ready and why not, its metrics and its status', async () => {
    const run = runMode('wired')
    const { ops_url: url }: { ops_url: string } = JSON.parse(await run.line('ops_url'))
    await run.line('up')
    const ask = async (path: string) => {
      const response = await fetch(`${url}${path}`)
      return { status: response.status, text: await response.text() }
    }
    expect((await ask('/healthz')).status).toBe(200)
    const ready = await ask('/readyz')
    expect(ready.status).toBe(503)
    expect(JSON.parse(ready.text)).toEqual({ ready: false, reasons: ['feed: no trade yet'] })
    const { text: metrics } = await ask('/metrics')
    expect(metrics).toContain('whalecast_nodejs_eventloop_lag_seconds{service="ingest"}')
    expect(JSON.parse((await ask('/status')).text)).toMatchObject({
      service: 'ingest',
      instance: expect.stringMatching(/^ingest-/),
      uptime_ms: expect.any(Number),
      health: [{ component: 'feed', status: 'starting' }],
      facts: { trades: 3 },
    })
    expect((await ask('/nothing')).status).toBe(404)
    run.kill('SIGTERM')
    expect((await run.ended).code).toBe(0)
  })
})
