import { expect, test } from '@jest/globals'
import { parseStat } from './process-usage.ts'

test('CPU and memory are found behind any name of a process', () => {
  const fields = Array.from({ length: 49 }, (_, n) => String(n + 4))
  fields[10] = '250'
  fields[11] = '50'
  fields[20] = '1000'
  const { cpuSeconds, rssBytes } = parseStat(`4711 (a ) b (c) S ${fields.join(' ')}`)
  expect(cpuSeconds).toBe(3)
  expect(rssBytes).toBe(4_096_000)
})
