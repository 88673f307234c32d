import { constants, deflateRawSync } from 'node:zlib'
import { frameBytes } from '@whalecast/testkit'
import type { Random } from './random.ts'

const firstReservedBit = 4
const flush = { finishFlush: constants.Z_SYNC_FLUSH }

/** A compressed message in one frame: as RFC 7692 has it, with faults in its bytes, or one that grows when it is read. */
export function mutateDeflated(text: string, random: Random): Buffer {
  const kind = random.int(6)
  const grows = kind === 0 && random.once(4)
  const packed = deflateRawSync(grows ? ' '.repeat(1 + random.int(2 ** 20)) : text, flush).subarray(0, -4)
  if (kind === 1)
    return frameBytes({ rsv: firstReservedBit, payload: packed.subarray(0, random.int(packed.length + 1)) })
  if (kind === 2) return frameBytes({ payload: packed })
  if (kind === 3) return frameBytes({ rsv: firstReservedBit, payload: flipped(packed, random) })
  return frameBytes({ rsv: random.once(20) ? random.int(8) : firstReservedBit, payload: packed })
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes)
  for (let index = 0; index < 1 + random.int(3) && copy.length > 0; index += 1) {
    const at = random.int(copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << random.int(8))
  }
  return copy
}
