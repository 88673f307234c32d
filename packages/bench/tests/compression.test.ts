import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { CompressionResult } from '../src/compression/compression.ts'
import type { Claim } from '../src/fanout/verdict.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const results = new URL('../../../.results/bench/compression-quick.json', import.meta.url)
const run = (...args: readonly string[]) => promisify(execFile)(process.execPath, [main, ...args])

describe('npm run bench -- compression', () => {
  test('real servers send real clients the books that were published, in as few bytes as each can', async () => {
    const { stdout } = await run('compression', '--quick')
    const {
      samples,
      subjects,
      options,
      levels,
      claims,
    }: CompressionResult & {
      readonly claims: readonly Claim[]
    } = JSON.parse(await readFile(results, 'utf8'))

    expect(samples.map(({ subject }) => subject)).toEqual(subjects.map(({ id }) => id))
    for (const { books, wrong, behind, closed } of samples) {
      expect({ wrong, behind, closed }).toEqual({ wrong: 0, behind: 0, closed: [] })
      expect(books).toBeGreaterThanOrEqual(options.clients * options.markets)
    }
    const bytesOf = (id: string) => samples.find(({ subject }) => subject === id)!.bytesPerBook
    expect(bytesOf('once')).toBeLessThan(bytesOf('raw') / 3)
    expect(bytesOf('changes')).toBeLessThan(bytesOf('changes-raw'))
    expect(bytesOf('changes-lines')).toBeLessThan(bytesOf('changes'))
    expect(claims.find(({ text }) => text.startsWith('bytes of these two'))).toMatchObject({
      verdict: 'holds',
    })
    expect(levels.length).toBeGreaterThan(0)
    expect(stdout).toContain('| ws-broadcast, compressed once for all |')
  })

  test('refuses what it does not know with its usage', async () => {
    await expect(run('compression', '--unknown')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('usage:'),
    })
  })
})
