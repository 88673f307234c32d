import { expect, test } from '@jest/globals'
import { allowedProblems } from './allowed-names.ts'

const problems = (origins: readonly string[], hosts: readonly string[] = []) => [
  ...allowedProblems({ origins, hosts }),
]

test('names are taken', () => {
  expect(
    problems(
      ['https://desk.example', 'https://Desk.Example/', 'http://10.0.0.7:3000', 'http://[::1]:5173'],
      ['whales.example', 'whales.example:8443', '10.0.0.7', '[2001:db8::1]:80'],
    ),
  ).toEqual([])
})

test.each(['*', 'https://*', 'https://*.example.org', 'null'])('not everybody: origin %s', (origin) => {
  expect(problems([origin])).toEqual([expect.stringContaining('any page of the world')])
})

test.each([
  'desk.example',
  'https://desk.example/app',
  'https://desk.example:443',
  'https://user@desk.example',
  'ws://desk.example',
  'file:///tmp',
  'https://',
])('no origin: %s', (origin) => {
  expect(problems([origin])).toEqual([expect.stringContaining('is no origin')])
})

test.each(['*', '*.example', 'https://whales.example', 'whales.example/', 'a b'])('no host: %s', (host) => {
  expect(problems([], [host])).toHaveLength(1)
})
