import { expect, test } from '@jest/globals'
import { channelOf, feedOf, readFeed, type Form } from './feeds.ts'

const plain: Form = { account: true, delta: false }

test.each<{ note: string; channel: string; form: Form; expected: string }>([
  { note: 'as it is', channel: 'whales', form: plain, expected: 'whales' },
  {
    note: 'without the account’s',
    channel: 'system',
    form: { account: false, delta: false },
    expected: 'system+public',
  },
  { note: 'as changes', channel: 'book:KXA', form: { ...plain, delta: true }, expected: 'book:KXA+delta' },
  { note: 'without changes', channel: 'ticker:KXA', form: { ...plain, delta: true }, expected: 'ticker:KXA' },
  { note: 'slower than asked', channel: 'tape', form: { ...plain, maxHz: 9.9 }, expected: 'tape+8hz' },
  { note: 'a log is never slow', channel: 'whales', form: { ...plain, maxHz: 1 }, expected: 'whales' },
  {
    note: 'filtered',
    channel: 'tape:KX.A*',
    form: { account: false, delta: true, maxHz: 0.1, filter: { min_size_dollars: 5 } },
    expected: 'tape:KX.A*+0.1hz+{"min_size_dollars":5}',
  },
])('the feed of a channel, $note', ({ channel, form, expected }) => {
  const feed = feedOf(channel, form)
  expect(feed).toBe(expected)
  expect(channelOf(feed)).toBe(channel)
  const read = readFeed(feed)
  expect(read?.channel).toBe(channel)
  expect(
    feedOf(channel, {
      account: !read?.open,
      delta: read?.delta ?? false,
      maxHz: read?.maxHz,
      filter: read?.filter,
    }),
  ).toBe(feed)
})

test('what is no channel is no feed', () => {
  expect(readFeed('nonsense+delta')).toBeUndefined()
})
