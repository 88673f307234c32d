import { expect, test } from '@jest/globals'
import { socketUrl } from './socket-url.ts'

test.each([
  { note: 'the same host', page: 'http://127.0.0.1:8080/', expected: 'ws://127.0.0.1:8080/ws' },
  { note: 'a secure page', page: 'https://whales.example/', expected: 'wss://whales.example/ws' },
  {
    note: 'another loopback server, from loopback',
    page: 'http://localhost:5173/?url=ws://127.0.0.1:8080/ws',
    expected: 'ws://127.0.0.1:8080/ws',
  },
  {
    note: 'an address elsewhere is refused',
    page: 'http://localhost:5173/?url=wss://evil.example/ws',
    expected: 'ws://localhost:5173/ws',
  },
  {
    note: 'a name that only begins like loopback is refused',
    page: 'http://localhost:5173/?url=ws://127.0.0.1.evil.example/ws',
    expected: 'ws://localhost:5173/ws',
  },
  {
    note: 'a public page cannot be pointed at the reader’s machine',
    page: 'https://whales.example/?url=ws://127.0.0.1:8080/ws',
    expected: 'wss://whales.example/ws',
  },
  {
    note: 'no URL at all',
    page: 'http://localhost:5173/?url=nonsense',
    expected: 'ws://localhost:5173/ws',
  },
  {
    note: 'no socket',
    page: 'http://localhost:5173/?url=http://localhost:1/',
    expected: 'ws://localhost:5173/ws',
  },
])('$note', ({ page, expected }) => {
  expect(socketUrl(new URL(page))).toBe(expected)
})
