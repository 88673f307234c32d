import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { FanoutResult } from '../src/fanout/fanout.ts'
import type { Claim } from '../src/fanout/verdict.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const results = new URL('../../../.results/bench/fanout-quick.json', import.meta.url)
const run = (...args: readonly string[]) => promisify(execFile)(process.execPath, [main, ...args])

describe('npm run bench -- fanout', () => {
  test('measures ws-broadcast and its peers as real processes, and counts every delivery', async () => {
    // Those that need nothing from a registry.
    const subjects = ['ws-broadcast', 'ws-broadcast-5ms-lines', 'ws-loop', 'predecessor']
    const { stdout } = await run(
      'fanout',
      '--quick',
      `--subjects=${subjects.join(',')}`,
      '--parts=idle,single,many,stall',
    )
    const result: FanoutResult & { readonly claims: readonly Claim[] } = JSON.parse(
      await readFile(results, 'utf8'),
    )
    const { samples, idle, stalls, claims, skipped } = result

    expect(skipped).toEqual([])
    for (const subject of subjects) {
      const own = samples.filter((one) => one.subject === subject)
      expect(own.map(({ shape }) => shape)).toEqual(['single', 'many'])
      for (const { delivered, lost, closed, p99Ms } of own) {
        expect({ lost, closed }).toEqual({ lost: 0, closed: {} })
        expect(delivered).toBeGreaterThan(0)
        expect(p99Ms).toBeGreaterThan(0)
      }
    }
    expect(idle.map(({ subject }) => subject)).toEqual(subjects)
    expect(stalls.map(({ healthyLost, healthyClosed }) => healthyLost + healthyClosed)).toEqual([0, 0, 0, 0])
    // What stalled is read in the end: nobody was closed within so short a time.
    for (const { stalled } of stalls) expect(stalled.messages).toBeGreaterThan(0)
    expect(claims.find(({ text }) => text.includes('× Socket.IO'))).toMatchObject({ verdict: 'not measured' })
    expect(stdout).toContain('| ws-broadcast, everything on | 0 ms |')
  })

  test.each([
    ['fanout', '--parts=unknown'],
    ['fanout', '--clients=150'],
  ])('refuses %p with its usage', async (...args) => {
    await expect(run(...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('usage:') })
  })
})
