import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { FuzzResult } from '../src/fuzz/fuzz.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const results = new URL('../../../.results/bench/fuzz-quick.json', import.meta.url)
/** `WHALECAST_FUZZ_FRAMES=1000000` sends them all. */
const { WHALECAST_FUZZ_FRAMES: frames = '20000' } = process.env

describe('npm run bench -- fuzz', () => {
  test('mutated frames crash nothing, leave nothing behind, and end with the code that the RFC wants', async () => {
    await promisify(execFile)(process.execPath, [main, 'fuzz', '--quick', '--frames', frames])
    const result: FuzzResult & { readonly broken: readonly string[] } = JSON.parse(
      await readFile(results, 'utf8'),
    )
    expect(result.broken).toEqual([])
    expect(result.firstMismatches).toEqual([])
    expect(result.frames).toBeGreaterThanOrEqual(Number(frames))
    for (const ending of ['1002', '1007', '1009', '4001', 'lives'])
      expect(result.endings).toHaveProperty(ending)
    for (const code of ['bad_json', 'bad_frame', 'unknown_type', 'unknown_channel', 'binary'])
      expect(result.errors).toHaveProperty(code)
  })
})
