/** What is told about frames. Bytes are only good during the call. */
export type FrameListener = {
  /** One of the messages that are counted: its text is `bytes` from `start` to `end`. */
  onMessage(bytes: Buffer, start: number, end: number): void
  /** Any other frame. */
  onOther(opcode: number, payload: Buffer): void
}

/**
 * The ASCII text that every counted message has at the same place, and no other one. `lines`: a frame may hold several
 * messages, one a line.
 */
export type Mark = { readonly text: string; readonly at: number; readonly lines?: boolean }

const firstRest = 512
const lineBreak = 0x0a
const text = 1

/**
 * Reads the frames that a server sends, whole ones where they lie, so that counting a message costs a look at its
 * header. Frames may be split over chunks anywhere. A server neither masks nor, here, fragments.
 */
export class FrameReader {
  private readonly listener: FrameListener
  private readonly mark: Buffer
  private readonly markAt: number
  private readonly lines: boolean
  /** The beginning of a frame whose end has not come yet. */
  private rest = Buffer.alloc(0)
  private restLength = 0

  constructor(mark: Mark, listener: FrameListener) {
    this.listener = listener
    this.mark = Buffer.from(mark.text)
    this.markAt = mark.at
    this.lines = mark.lines ?? false
  }

  /** Takes the next `length` bytes of the connection; the buffer may be used again afterwards. */
  feed(bytes: Buffer, length: number): void {
    let at = this.restLength > 0 ? this.complete(bytes, length) : 0
    while (at < length) {
      const size = frameSize(bytes, at, length)
      if (size === 0 || at + size > length) return this.keep(bytes, at, length)
      this.take(bytes, at, size)
      at += size
    }
  }

  /** Ends the frame that a chunk before began; answers how much of this chunk that took. */
  private complete(bytes: Buffer, length: number): number {
    let at = 0
    while (at < length) {
      const size = frameSize(this.rest, 0, this.restLength)
      // Without a whole header nobody knows more than that a byte is missing.
      const end = Math.min(length, at + (size === 0 ? 1 : size - this.restLength))
      this.keep(bytes, at, end)
      at = end
      if (this.restLength !== frameSize(this.rest, 0, this.restLength)) continue
      const { rest, restLength } = this
      this.restLength = 0
      this.take(rest, 0, restLength)
      return at
    }
    return at
  }

  private keep(bytes: Buffer, from: number, to: number): void {
    const length = this.restLength + to - from
    if (length > this.rest.length) {
      const grown = Buffer.alloc(Math.max(firstRest, 2 * length))
      this.rest.copy(grown, 0, 0, this.restLength)
      this.rest = grown
    }
    bytes.copy(this.rest, this.restLength, from, to)
    this.restLength = length
  }

  private take(bytes: Buffer, at: number, size: number): void {
    const opcode = bytes[at]! & 0x0f
    const start = at + headerSize(bytes[at + 1]! & 0x7f)
    const end = at + size
    if (opcode !== text) this.listener.onOther(opcode, bytes.subarray(start, end))
    else if (this.lines) this.takeLines(bytes, start, end)
    else this.takeText(bytes, start, end)
  }

  private takeLines(bytes: Buffer, start: number, end: number): void {
    const payload = bytes.subarray(start, end)
    let from = 0
    for (let at = payload.indexOf(lineBreak); at >= 0; at = payload.indexOf(lineBreak, from)) {
      this.takeText(bytes, start + from, start + at)
      from = at + 1
    }
    this.takeText(bytes, start + from, end)
  }

  private takeText(bytes: Buffer, start: number, end: number): void {
    if (this.isMarked(bytes, start, end)) this.listener.onMessage(bytes, start, end)
    else this.listener.onOther(text, bytes.subarray(start, end))
  }

  private isMarked(bytes: Buffer, start: number, end: number): boolean {
    const { mark } = this
    const from = start + this.markAt
    if (from + mark.length > end) return false
    for (let n = 0; n < mark.length; n += 1) if (bytes[from + n] !== mark[n]) return false
    return true
  }
}

function headerSize(length: number): number {
  return length < 126 ? 2 : length === 126 ? 4 : 10
}

/** How long the frame is that begins at `at`; 0 while its header is not there as a whole. */
function frameSize(bytes: Buffer, at: number, length: number): number {
  if (at + 2 > length) return 0
  const short = bytes[at + 1]! & 0x7f
  const header = headerSize(short)
  if (at + header > length) return 0
  if (short < 126) return header + short
  if (short === 126) return header + bytes.readUInt16BE(at + 2)
  return header + Number(bytes.readBigUInt64BE(at + 2))
}

/** A client's frame: masked, as it has to be, with zeros, which leave the text as it is. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const header =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0])
      : Buffer.from([0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0])
  return Buffer.concat([header, payload])
}
