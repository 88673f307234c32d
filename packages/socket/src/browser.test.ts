import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

/** Everything that a file imports, through all files of ours. */
function importsOf(file: URL, seen = new Set<string>()): Set<string> {
  const source = readFileSync(file, 'utf8')
  for (const [, name = ''] of source.matchAll(/^(?:import|export)\b(?! type\b)[^'"]*?from '([^']+)'/gm)) {
    const relative = name.startsWith('.')
    const key = relative ? new URL(name, file).href : name
    if (seen.has(key)) continue
    seen.add(key)
    if (relative) importsOf(new URL(key), seen)
  }
  return seen
}

test('the browser entry reaches nothing but files of ours', () => {
  const reached = [...importsOf(new URL('browser.ts', import.meta.url))]
  expect(reached.some((name) => name.endsWith('/reconnecting-socket.ts'))).toBe(true)
  expect(reached.filter((name) => !name.startsWith('file:'))).toEqual([])
  const fromNode = [...importsOf(new URL('index.ts', import.meta.url))]
  expect(fromNode.filter((name) => !name.startsWith('file:'))).toEqual(['ws'])
})
