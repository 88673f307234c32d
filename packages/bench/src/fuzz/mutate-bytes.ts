import { closePayload, frameBytes, opcodes, type FrameParts } from '@whalecast/testkit'
import type { Random } from './random.ts'

const codes = [0, 999, 1000, 1001, 1005, 1006, 1011, 1015, 3000, 4999, 5000, 65_535]
const kinds = [opcodes.text, opcodes.binary, opcodes.continuation, opcodes.ping, opcodes.pong, opcodes.close]

/** One frame or a few, from a text: as they should be, or wrong in their headers or bytes. */
export function mutateBytes(text: string, random: Random): Buffer {
  switch (random.int(8)) {
    case 0:
      return fragments(text, random)
    case 1:
      return frameBytes({ ...header(random), payload: text })
    case 2:
      return flip(frameBytes({ payload: text }), random)
    case 3:
      return frameBytes({ payload: text }).subarray(0, random.int(text.length + 7))
    case 4:
      return cutAndPaste(frameBytes({ payload: text }), random)
    case 5:
      return control(random)
    case 6:
      return Buffer.from(Array.from({ length: 1 + random.int(40) }, () => random.int(256)))
    default:
      return frameBytes({ payload: noUtf8(text, random) })
  }
}

/** A header with something unusual in it. */
function header(random: Random): FrameParts {
  const unusual: readonly FrameParts[] = [
    { rsv: 1 + random.int(7) },
    { opcode: random.int(16) },
    { masked: false },
    { lengthBits: random.pick([16, 64]) },
    { mask: [random.int(256), random.int(256), random.int(256), random.int(256)] },
    { fin: false },
    { opcode: opcodes.binary },
    { claimed: BigInt(random.int(70_000)) },
    { claimed: BigInt(random.int(2 ** 31)) << BigInt(random.int(34)) },
  ]
  return random.once(4) ? { ...random.pick(unusual), ...random.pick(unusual) } : random.pick(unusual)
}

function fragments(text: string, random: Random): Buffer {
  const payload = Buffer.from(text)
  const count = random.once(4) ? 60 + random.int(10) : 1 + random.int(6)
  const size = Math.ceil(payload.length / count)
  const parts = Array.from({ length: count }, (_, index) =>
    frameBytes({
      opcode: index === 0 ? opcodes.text : opcodes.continuation,
      payload: payload.subarray(index * size, (index + 1) * size),
      fin: index === count - 1 && !random.once(10),
    }),
  )
  const between = parts.flatMap((part) => (random.once(40) ? [part, control(random)] : [part]))
  return Buffer.concat(random.once(10) ? between.toReversed() : between)
}

function control(random: Random): Buffer {
  const opcode = random.pick([opcodes.ping, opcodes.pong, opcodes.close])
  const size = random.once(6) ? 100 + random.int(60) : random.once(3) ? 0 : random.int(20)
  const payload = Buffer.alloc(size, random.int(256))
  const isClose = opcode === opcodes.close && size > 0
  return frameBytes({
    opcode,
    payload: isClose ? closePayload(random.pick(codes), payload) : payload,
    fin: !random.once(8),
  })
}

function flip(bytes: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(bytes)
  const times = 1 + random.int(4)
  // Half of them in the header, where they matter most.
  for (let index = 0; index < times; index += 1) {
    const at = random.int(random.once(2) ? Math.min(8, flipped.length) : flipped.length)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(8))
  }
  return flipped
}

function cutAndPaste(bytes: Buffer, random: Random): Buffer {
  const at = random.int(bytes.length)
  const end = at + random.int(bytes.length - at + 1)
  const piece = bytes.subarray(at, end)
  const to = random.int(bytes.length)
  return random.once(2)
    ? Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
    : Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)])
}

function noUtf8(text: string, random: Random): Buffer {
  const payload = Buffer.from(text)
  const bad = Buffer.from(
    random.pick(['ff', 'c0af', 'eda080', 'f4908080', 'e282', '80', 'c3a9', 'f09f908b']),
    'hex',
  )
  const at = random.int(payload.length + 1)
  return Buffer.concat([payload.subarray(0, at), bad, payload.subarray(at)])
}

/** A frame whose kind alone is chance. */
export const anyKind = (text: string, random: Random): Buffer =>
  frameBytes({ opcode: random.pick(kinds), payload: text, fin: !random.once(3) })
