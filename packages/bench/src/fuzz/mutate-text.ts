import type { Random } from './random.ts'

/** Values that have broken parsers. */
const awkward: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  -(2 ** 63),
  1e308,
  '',
  ' ',
  '__proto__',
  'constructor',
  'whales',
  'tape:KXTEST',
  'book:KXTEST-1',
  'tape:*',
  'tape:KXN*',
  'toString',
  '\0',
  '\uD800',
  '🐋'.repeat(40),
  'x'.repeat(200),
  'x'.repeat(3_000),
  [],
  [[]],
  {},
  { $ref: '#' },
  Array.from({ length: 300 }, (_, index) => `tape:KX${index}`),
]
const names = [
  'type',
  'channels',
  'channel',
  'delta',
  'resume',
  'filter',
  'max_hz',
  'token',
  'timestamp_ms',
  '__proto__',
  'then',
  'length',
]
/** Texts that no serialiser would write. */
const raw = [
  '1e999',
  '-0',
  '01',
  'NaN',
  '"\\u12"',
  '"\\x41"',
  '{,}',
  '[1,]',
  '\u2028',
  '//',
  'undefined',
  '1'.repeat(400),
]

/** What stands where a text, a number or a truth value is expected, and is often right. */
const plausible = {
  string: [
    'whales',
    'system',
    'status',
    'decisions',
    'trading_state',
    'follow',
    'feed',
    'tape',
    'tape:KXNFLGAME-26',
    'tape:KXN*',
    'tape:KX*',
    'book:KXBTCD-26NOV24-T114999.99',
    'ticker:KXA',
    'whales:KXA',
    'S3',
    'subscribe',
    'unsubscribe',
    'resync',
    'auth',
    'pong',
  ],
  number: [0, 1, 2, 20, 500, 10_000, 1_790_000_000_000, 2 ** 53 - 1, 0.1],
  boolean: [true, false],
} as const

/** A message with one to three faults: in what it says, or in how it is written. */
export function mutateText(frame: unknown, random: Random): string {
  let value = frame
  const times = 1 + random.int(3)
  for (let index = 0; index < times; index += 1) value = mutateValue(value, random)
  const text = JSON.stringify(value) ?? ''
  return random.once(6) ? mutateLetters(text, random) : text
}

function mutateValue(value: unknown, random: Random): unknown {
  if (random.once(24)) return random.pick(awkward)
  if (Array.isArray(value)) return mutateList(value, random)
  if (typeof value === 'object' && value !== null) return mutateObject(value, random)
  const kind = typeof value
  if (kind !== 'string' && kind !== 'number' && kind !== 'boolean') return random.pick(awkward)
  return random.once(4) ? random.pick(awkward) : random.pick<unknown>(plausible[kind])
}

function mutateList(list: readonly unknown[], random: Random): unknown {
  const at = random.int(list.length + 1)
  switch (random.int(4)) {
    case 0:
      return list.toSpliced(at, 1)
    case 1:
      return list.toSpliced(at, 0, random.pick<unknown>(random.once(3) ? awkward : plausible.string))
    case 2:
      return [...list, ...list]
    default:
      return list.map((item, index) => (index === at ? mutateValue(item, random) : item))
  }
}

function mutateObject(object: object, random: Random): unknown {
  const entries: [string, unknown][] = Object.entries(object)
  const at = random.int(Math.max(1, entries.length))
  switch (random.int(9)) {
    case 0:
      return Object.fromEntries(entries.toSpliced(at, 1))
    case 1:
      return Object.fromEntries([...entries, [random.pick(names), random.pick(awkward)]])
    case 2:
      return { nested: nest(object, random.int(400)) }
    default:
      return Object.fromEntries(
        entries.map(([name, value], index) => [name, index === at ? mutateValue(value, random) : value]),
      )
  }
}

function nest(value: unknown, depth: number): unknown {
  let nested = value
  for (let index = 0; index < depth; index += 1) nested = [nested]
  return nested
}

function mutateLetters(text: string, random: Random): string {
  const at = random.int(text.length + 1)
  switch (random.int(5)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + random.pick(raw) + text.slice(at)
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.int(0x10000)) + text.slice(at + 1)
    case 3:
      return text + text
    default:
      // The same name twice: the last one counts.
      return text.replace('{', `{"type":${JSON.stringify(random.pick(awkward))},`)
  }
}
