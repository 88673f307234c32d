/** A frame as a server may write it: no mask, and no bit that was not agreed on. */
export type ServerFrame = {
  readonly fin: boolean
  readonly rsv: number
  readonly opcode: number
  readonly payload: Buffer
}

/** Reads the frames of a server from whatever pieces they come in. Throws on a masked one: no server may send that. */
export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0)

  /** The frames that these bytes complete. */
  read(bytes: Buffer): readonly ServerFrame[] {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
    const frames: ServerFrame[] = []
    for (;;) {
      const frame = this.#next()
      if (!frame) return frames
      frames.push(frame)
    }
  }

  #next(): ServerFrame | undefined {
    const [first, second] = this.#bytes
    if (first === undefined || second === undefined) return undefined
    if ((second & 0x80) !== 0) throw new Error('the server masked a frame')
    const short = second & 127
    const header = short < 126 ? 2 : short === 126 ? 4 : 10
    if (this.#bytes.length < header) return undefined
    const length =
      short < 126
        ? short
        : short === 126
          ? this.#bytes.readUInt16BE(2)
          : Number(this.#bytes.readBigUInt64BE(2))
    if (this.#bytes.length < header + length) return undefined
    const payload = this.#bytes.subarray(header, header + length)
    this.#bytes = this.#bytes.subarray(header + length)
    return { fin: (first & 0x80) !== 0, rsv: (first >> 4) & 7, opcode: first & 15, payload }
  }
}
