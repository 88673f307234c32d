import { constants, deflateRawSync } from 'node:zlib'
import type { Batch } from './batch.ts'
import type { OutFrame } from './frame.ts'

/** Puts a WebSocket header before a payload; `deflated` says so in it (RFC 7692, RSV1). */
export type Framer = (payload: Buffer, deflated: boolean) => Buffer

/** How a client reads messages: `lines`: all of a turn in one frame, joined by line breaks; `deflated`: compressed. */
export type Format = { readonly lines: boolean; readonly deflated: boolean }

/** Half of what may wait for a client: a frame of many lines stays a frame that any reader takes. */
const lineBytesLimit = 512 * 1024
/** Below it deflate saves nothing worth its time. */
export const deflateFromBytes = 128
/** Whoever takes less does not get compressed messages; no message profits from more. */
export const deflateWindowBits = 12
/**
 * By measurement (`npm run bench -- compression`): a book of 1.5 KB takes 20 µs at level 1, 22 at 4, 25 at 6, and comes to
 * 28.5, 28.0, 27.5 % of its bytes; a change of one takes 14 µs and comes to the same at every level, because most of that
 * is making the compressor. What is dear is a long turn by lines, and the event loop waits for it: 31 KB take 111, 161 and
 * 235 µs for 16.8, 14.8 and 13.9 %. From 4 to 6 costs more than it saves.
 */
export const deflateLevel = 4
/** A message ends with an empty block, whose four bytes the protocol leaves out. */
const tailBytes = 4

const textOf = ({ bytes, headerBytes }: OutFrame): Buffer => bytes.subarray(headerBytes)

/** Other ways to write what is framed already, each made once for all who read it so. */
export class Formats {
  readonly #frame: Framer
  /** Compressed by itself, a message is the same for everybody: no client's stream has a memory. */
  readonly #deflated = new WeakMap<OutFrame, Buffer>()

  constructor(frame: Framer) {
    this.#frame = frame
  }

  /** Everything that a batch holds, in one buffer. */
  write(batch: Batch, { lines, deflated }: Format): Buffer {
    if (lines && batch.count > 1)
      return batch.as(deflated ? 'deflated lines' : 'lines', () => this.#lines(batch.frames, deflated))
    return deflated ? batch.as('deflated', () => this.#each(batch.frames)) : batch.joined()
  }

  #each(frames: readonly OutFrame[]): Buffer {
    return Buffer.concat(
      frames.map((frame) => {
        const known = this.#deflated.get(frame)
        if (known) return known
        const made = this.#packed(textOf(frame)) ?? frame.bytes
        this.#deflated.set(frame, made)
        return made
      }),
    )
  }

  #lines(frames: readonly OutFrame[], deflated: boolean): Buffer {
    return Buffer.concat(
      textsOf(frames).map((text) => (deflated && this.#packed(text)) || this.#frame(text, false)),
    )
  }

  /** The compressed frame of a text; undefined where it would not be the smaller one. */
  #packed(text: Buffer): Buffer | undefined {
    if (text.length < deflateFromBytes) return undefined
    const packed = deflateRawSync(text, {
      level: deflateLevel,
      windowBits: deflateWindowBits,
      finishFlush: constants.Z_SYNC_FLUSH,
    })
    return packed.length - tailBytes < text.length
      ? this.#frame(packed.subarray(0, -tailBytes), true)
      : undefined
  }
}

/** The texts of frames joined by line breaks: one, or several where one would be too long. */
export function textsOf(frames: readonly OutFrame[]): readonly Buffer[] {
  const texts: Buffer[] = []
  let parts: Buffer[] = []
  let bytes = 0
  const end = () => {
    if (parts.length > 0) texts.push(Buffer.concat(parts.slice(1)))
    parts = []
    bytes = 0
  }
  for (const frame of frames) {
    const text = textOf(frame)
    if (bytes + text.length > lineBytesLimit) end()
    parts.push(lineBreak, text)
    bytes += text.length + 1
  }
  end()
  return texts
}

const lineBreak = Buffer.from('\n')
