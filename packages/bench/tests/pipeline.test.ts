import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { PipelineResult } from '../src/pipeline/pipeline.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const results = new URL('../../../.results/bench/pipeline-quick.json', import.meta.url)
const run = (...args: readonly string[]) => promisify(execFile)(process.execPath, [main, ...args])

describe('npm run bench -- pipeline', () => {
  test('measures both systems as real processes, and counts every trade', async () => {
    const { stdout } = await run('pipeline', '--quick', '--rate=400', '--seconds=1', '--window=0.5')
    const result: PipelineResult = JSON.parse(await readFile(results, 'utf8'))
    const { system, baseline, soak, reached, ratio } = result

    expect(soak).toMatchObject({ sent: 400, seen: 400, rejected: 0, duplicates: 0, losses: [] })
    for (const found of [system, baseline]) {
      expect(found.windows.map(({ seen }) => seen)).toEqual(found.windows.map(({ sent }) => sent))
      expect(found.best).toMatchObject({ rate: found.rate, faults: [] })
      expect(found.best?.sent).toBe(found.rate / 2)
    }
    expect(ratio).toBe(system.rate / baseline.rate)
    expect(reached.shown).toBe(reached.sent)
    const services = ['ingest', 'whale-tracker', 'status-reporter', 'health-monitor', 'ws-broadcast', 'redis']
    expect(soak.processes.map(({ name }) => name)).toEqual(expect.arrayContaining(services))
    expect(soak.latency.map(({ hop }) => hop)).toEqual(['exchange_ingest', 'ingest_tracker'])
    expect(stdout).toContain('| in the whale queue, each once | 400 | nothing lost')
  })

  test.each([['unknown'], ['pipeline', '--rate=-1']])('refuses %p with its usage', async (...args) => {
    await expect(run(...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('usage:') })
  })
})
