import { describe, expect, test } from '@jest/globals'
import { Batch } from './batch.ts'
import { Outbox } from './outbox.ts'
import type { FrameClass, OutFrame } from './out-frame.ts'

const frame = (frameClass: FrameClass, text: string, key = 'k'): OutFrame => ({
  type: 't',
  frameClass,
  key,
  bytes: Buffer.from(text),
  headerBytes: 0,
  madeAtMs: 0,
})

function openOutbox(limitBytes: number) {
  const losses = { conflated: 0, shed: 0, reasons: new Set<string>() }
  const outbox = new Outbox({
    limitBytes,
    losses: {
      conflated: () => (losses.conflated += 1),
      shed: (frames, reason) => {
        losses.shed += frames
        losses.reasons.add(reason)
      },
    },
  })
  const empty = new Batch()
  /** Makes the outbox wait behind one frame. */
  const backUp = () => {
    outbox.push(frame('log', '!'), empty)
    outbox.holdTurn()
  }
  return { outbox, losses, empty, backUp, push: (one: OutFrame) => outbox.push(one, empty) }
}

const rest = (outbox: Outbox) => outbox.takeBacklog(Infinity)?.joined().toString() ?? ''

describe('flowing', () => {
  test('the turn is taken whole and in order, nothing is conflated', () => {
    const { outbox, push, losses } = openOutbox(100)
    push(frame('latest', '1'))
    push(frame('latest', '2'))
    expect(outbox.bytes).toBe(2)
    expect(outbox.takeTurn()?.joined().toString()).toBe('12')
    expect(outbox.takeTurn()).toBeUndefined()
    expect(losses.conflated).toBe(0)
  })
})

describe('backed up', () => {
  test('of 50 values of one key the last one is left, every log entry stays, in order', () => {
    const { outbox, push, backUp, losses } = openOutbox(1_000)
    backUp()
    for (let value = 0; value < 50; value++) {
      push(frame('latest', `q${value};`, 'whale_queue'))
      push(frame('log', `t${value};`, 'system'))
    }
    const sent = rest(outbox)
    expect(sent).toMatch(/^!q49;t0;t1;/)
    expect(sent.match(/t\d+;/g)).toHaveLength(50)
    expect(losses.conflated).toBe(49)
    expect(outbox.bytes).toBe(0)
  })

  test('different keys do not replace one another', () => {
    const { outbox, push, backUp } = openOutbox(100)
    backUp()
    push(frame('latest', 'a', 'status'))
    push(frame('latest', 'b', 'health'))
    expect(rest(outbox)).toBe('!ab')
  })

  test('above the limit tape goes first; what still does not fit is an overflow', () => {
    const { push, backUp, losses } = openOutbox(10)
    backUp()
    expect(push(frame('tape', '12345'))).toBe(true)
    expect(push(frame('log', 'abcdef'))).toBe(true)
    expect(losses).toMatchObject({ shed: 1, reasons: new Set(['buffer_bytes']) })
    expect(push(frame('log', 'abcdef'))).toBe(false)
  })

  test('a tape that alone exceeds the limit is shed, not an overflow', () => {
    const { push, backUp, losses } = openOutbox(10)
    backUp()
    for (let trade = 0; trade < 100; trade++) expect(push(frame('tape', '12345'))).toBe(true)
    expect(losses.shed).toBeGreaterThan(90)
  })

  test('the backlog leaves in parts, at least one frame each, and then it flows again', () => {
    const { outbox, push, backUp } = openOutbox(100)
    backUp()
    push(frame('log', 'abc'))
    push(frame('log', 'defgh'))
    expect(outbox.takeBacklog(4)?.joined().toString()).toBe('!abc')
    expect(outbox.takeBacklog(4)?.joined().toString()).toBe('defgh')
    expect(outbox.backedUp).toBe(false)
    push(frame('log', 'z'))
    expect(outbox.takeTurn()?.joined().toString()).toBe('z')
  })
})
