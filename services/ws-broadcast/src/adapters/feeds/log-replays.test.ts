import { expect, test } from '@jest/globals'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Bus, LogReplay } from '@whalecast/bus'
import { FrameEncoder } from '@whalecast/fanout'
import { LogReplays } from './log-replays.ts'

const encoder = new FrameEncoder({
  frameText: (payload) => ({ bytes: payload, headerBytes: 0 }),
  now: () => 1,
  onEncode: () => undefined,
})

/** A log that stands at `head` and has everything after `trimmed`. */
function open({ head = 1_000, trimmed = 0 } = {}) {
  const asked: number[] = []
  const answers: (() => void)[] = []
  const clock = { nowMs: 0 }
  let reads = 0
  const bus: Pick<Bus, 'replay'> = {
    replay: async (channel, after, limit) => {
      asked.push(after.offset)
      await new Promise<void>((resolve) => answers.push(resolve))
      const through = Math.min(head, after.offset + limit)
      const replay: LogReplay<'feed'> = {
        messages: Array.from({ length: Math.max(0, through - after.offset) }, (_, index) => ({
          channel: 'feed',
          type: 'feed_state',
          id: `${index}`,
          ts: 1,
          position: { epoch: after.epoch, offset: after.offset + index + 1 },
          data: { source: 'a', state: 'live', reason: '', since_ms: 1 },
        })),
        proven: after.offset >= trimmed && after.offset <= head,
        through: { epoch: after.epoch, offset: through },
      }
      // What a test asks for is always `feed`.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return replay as unknown as LogReplay<typeof channel>
    },
  }
  const replays = new LogReplays({ bus, encoder, now: () => clock.nowMs, onRead: () => (reads += 1) })
  const read = (offset: number) => replays.read('feed', { epoch: 1, offset })
  const answerAll = async () => {
    while (answers.length > 0) {
      for (const answer of answers.splice(0)) answer()
      await nextTurn()
    }
  }
  return { replays, clock, asked, read, answerAll, reads: () => reads }
}

test('a thousand clients at different places ask for the four parts they lie in, once each', async () => {
  const { read, answerAll, asked } = open()
  const pages = Array.from({ length: 1_000 }, (_, offset) => read(offset))
  await answerAll()
  expect(asked.toSorted((a, b) => a - b)).toEqual([0, 256, 512, 768])
  for (const [offset, page] of (await Promise.all(pages)).entries()) {
    expect(page.continues({ epoch: 1, offset })).toBe(true)
    const [first] = page.after({ epoch: 1, offset }, () => true).frames
    expect(JSON.parse(first!.bytes.toString())).toMatchObject({ prev: offset, offset: offset + 1 })
  }
})

test('where a part’s beginning was trimmed, the place itself is asked for', async () => {
  const { read, answerAll, asked } = open({ trimmed: 300 })
  const page = read(300)
  await answerAll()
  expect(asked).toEqual([256, 300])
  expect((await page).continues({ epoch: 1, offset: 300 })).toBe(true)
})

test('the newest place is asked for itself: a part that was read earlier proves nothing of now', async () => {
  const { read, answerAll, asked } = open({ head: 900 })
  const page = read(900)
  await answerAll()
  expect(asked).toEqual([768, 900])
  expect(await page).toMatchObject({ proven: true })
  expect((await page).through.offset).toBe(900)
})

test('no more than four parts are read at a time, and the others follow', async () => {
  const { read, answerAll, asked, reads } = open({ head: 4_000 })
  const pages = Array.from({ length: 12 }, (_, index) => read(index * 256))
  await nextTurn()
  expect(reads()).toBe(4)
  await answerAll()
  await Promise.all(pages)
  expect(asked).toHaveLength(12)
})

test('a whole part is kept for who comes a moment later, one that still grows is not', async () => {
  const { replays, clock, read, answerAll, asked } = open({ head: 300 })
  const ask = async (offset: number) => {
    const page = read(offset)
    await answerAll()
    return page
  }
  await ask(10)
  await ask(20)
  await ask(270)
  await ask(280)
  expect(asked).toEqual([0, 256, 256])
  clock.nowMs = 5_000
  replays.check(clock.nowMs)
  await ask(10)
  expect(asked).toEqual([0, 256, 256, 0])
})
