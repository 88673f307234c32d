import { expect, test } from '@jest/globals'
import { Backlog } from './backlog.ts'
import type { FrameClass, OutFrame } from './frame.ts'

const frame = (frameClass: FrameClass, text: string, key = 'k'): OutFrame => ({
  type: 't',
  frameClass,
  key,
  bytes: Buffer.from(text),
  headerBytes: 0,
  madeAtMs: 0,
})

function openBacklog(limitBytes: number) {
  const losses = { conflated: 0, shed: 0, reasons: new Set<string>() }
  const backlog = new Backlog({
    limitBytes,
    losses: {
      conflated: () => (losses.conflated += 1),
      shed: (frames, reason) => {
        losses.shed += frames
        losses.reasons.add(reason)
      },
    },
  })
  return { backlog, losses, rest: () => backlog.take(Infinity).joined().toString() }
}

test('of 50 values of one key the last one is left, every log entry stays, in order', () => {
  const { backlog, losses, rest } = openBacklog(1_000)
  for (let value = 0; value < 50; value++) {
    backlog.hold(frame('latest', `q${value};`, 'whale_queue'))
    backlog.hold(frame('log', `t${value};`, 'system'))
  }
  const sent = rest()
  expect(sent).toMatch(/^q49;t0;t1;/)
  expect(sent.match(/t\d+;/g)).toHaveLength(50)
  expect(losses.conflated).toBe(49)
  expect(backlog.bytes).toBe(0)
})

test('different keys do not replace one another', () => {
  const { backlog, rest } = openBacklog(100)
  backlog.hold(frame('latest', 'a', 'status'))
  backlog.hold(frame('latest', 'b', 'health'))
  expect(rest()).toBe('ab')
})

test('above the limit tape goes first; what still does not fit is an overflow', () => {
  const { backlog, losses } = openBacklog(10)
  expect(backlog.hold(frame('tape', '12345'))).toBe(true)
  expect(backlog.hold(frame('log', 'abcdef'))).toBe(true)
  expect(losses).toMatchObject({ shed: 1, reasons: new Set(['buffer_bytes']) })
  expect(backlog.hold(frame('log', 'abcdef'))).toBe(false)
})

test('a tape that alone exceeds the limit is shed, not an overflow', () => {
  const { backlog, losses } = openBacklog(10)
  for (let trade = 0; trade < 100; trade++) expect(backlog.hold(frame('tape', '12345'))).toBe(true)
  expect(losses.shed).toBeGreaterThan(90)
})

test('it leaves in parts, at least one frame each', () => {
  const { backlog } = openBacklog(100)
  for (const text of ['!', 'abc', 'defgh']) backlog.hold(frame('log', text))
  expect(backlog.take(4).joined().toString()).toBe('!abc')
  expect(backlog.take(4).joined().toString()).toBe('defgh')
  expect(backlog.isEmpty).toBe(true)
  expect(backlog.take(4).count).toBe(0)
})
