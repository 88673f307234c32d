/** A WebSocket frame as it may be written, right or wrong. */
export type FrameParts = {
  /** @default 1: text */
  readonly opcode?: number
  readonly payload?: Buffer | string
  /** @default true */
  readonly fin?: boolean
  /** The reserved bits, as a number of three bits. */
  readonly rsv?: number
  /** @default true: as a client has to */
  readonly masked?: boolean
  /** @default four different bytes */
  readonly mask?: readonly [number, number, number, number]
  /** How many bits the length takes; by default as few as possible. */
  readonly lengthBits?: 7 | 16 | 64
  /** What the header says of the length; by default the truth. */
  readonly claimed?: bigint
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** The bytes of a frame of a client. Nothing is checked: that is the point. */
export function frameBytes(parts: FrameParts = {}): Buffer {
  const { opcode = opcodes.text, fin = true, rsv = 0, masked = true, mask = [0x37, 0xfa, 0x21, 0x3d] } = parts
  const payload = Buffer.from(parts.payload ?? '')
  const claimed = parts.claimed ?? BigInt(payload.length)
  const bits = parts.lengthBits ?? (claimed < 126n ? 7 : claimed < 65_536n ? 16 : 64)
  const header = Buffer.alloc(bits === 7 ? 2 : bits === 16 ? 4 : 10)
  header[0] = (fin ? 0x80 : 0) | ((rsv & 7) << 4) | (opcode & 15)
  header[1] = (masked ? 0x80 : 0) | (bits === 7 ? Number(claimed & 127n) : bits === 16 ? 126 : 127)
  if (bits === 16) header.writeUInt16BE(Number(claimed & 0xffffn), 2)
  if (bits === 64) header.writeBigUInt64BE(claimed & 0xffff_ffff_ffff_ffffn, 2)
  if (!masked) return Buffer.concat([header, payload])
  const hidden = Buffer.from(payload)
  for (let at = 0; at < hidden.length; at += 1) hidden[at] = (hidden[at] ?? 0) ^ (mask[at % 4] ?? 0)
  return Buffer.concat([header, Buffer.from(mask), hidden])
}

/** The payload of a close frame: a code, and why. */
export function closePayload(code: number, reason: Buffer | string = ''): Buffer {
  const head = Buffer.alloc(2)
  head.writeUInt16BE(code)
  return Buffer.concat([head, Buffer.from(reason)])
}
