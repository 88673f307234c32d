import { expect, test } from '@jest/globals'
import { readTailCommand } from './tail-options.ts'

const read = (...args: string[]) => readTailCommand(args, 'http://127.0.0.1:8080/')
const follow = (fields: object) => ({
  type: 'follow',
  options: { url: 'ws://127.0.0.1:8080/ws', channels: ['whales'], json: false, ...fields },
})

test.each([
  { args: [], expected: follow({}) },
  { args: ['--json'], expected: follow({ json: true }) },
  {
    args: ['--channel', 'tape', '--channel=tape:KXA', '--min-size', '2500.5'],
    expected: follow({ channels: ['tape', 'tape:KXA'], minSizeDollars: 2_500.5 }),
  },
  { args: ['--url', 'https://radar.example.com'], expected: follow({ url: 'wss://radar.example.com/ws' }) },
  { args: ['--url', 'localhost:9000'], expected: follow({ url: 'ws://localhost:9000/ws' }) },
  { args: ['--url', 'ws://h:1/under/ws'], expected: follow({ url: 'ws://h:1/under/ws' }) },
  { args: ['--token-file', 'admin'], expected: follow({ tokenFile: 'admin' }) },
  { args: ['--help'], expected: { type: 'help' } },
])('$args', ({ args, expected }) => {
  expect(read(...args)).toEqual(expected)
})

test.each([
  { args: ['--min-size', 'large'], message: /--min-size: large is no number of dollars/ },
  { args: ['--min-size', ''], message: /--min-size/ },
  { args: ['--min-size=-1'], message: /--min-size/ },
  { args: ['--url', 'ftp://h'], message: /--url: ftp:\/\/h is no address/ },
  { args: ['--url', 'http://'], message: /--url/ },
  { args: ['--chanel', 'whales'], message: /--chanel/ },
  { args: ['whales'], message: /whales/ },
])('$args is a mistake', ({ args, message }) => {
  expect(read(...args)).toEqual({ type: 'mistake', message: expect.stringMatching(message) })
})
