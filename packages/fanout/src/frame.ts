import type { Envelope } from '@whalecast/events'

/** What may happen to a frame that waits for a slow client: log nothing, latest conflation, tape shedding. */
export type FrameClass = 'log' | 'latest' | 'tape' | 'control'

/** A message as it goes to clients: serialised and framed once, shared by all of them, never mutated. */
export type OutFrame = {
  readonly type: string
  readonly frameClass: FrameClass
  /** Frames of class `latest` with the same key replace one another in a queue. */
  readonly key: string
  /** The complete WebSocket frame; the text of the message starts at `headerBytes`. */
  readonly bytes: Buffer
  readonly headerBytes: number
  readonly madeAtMs: number
  /** For a frame that changes the one before it: what stands for both when only one of them can be sent. */
  readonly whole?: OutFrame
}

/** Puts a WebSocket header before a text. */
export type FrameText = (payload: Buffer) => { readonly bytes: Buffer; readonly headerBytes: number }

export type EncoderOptions = {
  readonly frameText: FrameText
  readonly now: () => number
  /** Called once per serialisation, with the frame's type. */
  readonly onEncode: (type: string) => void
}

/** The only place where a message for clients is serialised. */
export class FrameEncoder {
  readonly #options: EncoderOptions

  constructor(options: EncoderOptions) {
    this.#options = options
  }

  encode({ data, ...head }: Omit<Envelope, 'ts'>, frameClass: FrameClass): OutFrame {
    return this.encodeText(head, JSON.stringify(data), frameClass)
  }

  /** As `encode`, with a payload that is JSON already: it may be shared by frames that differ around it. */
  encodeText(head: Omit<Envelope, 'ts' | 'data'>, data: string, frameClass: FrameClass): OutFrame {
    const { frameText, now, onEncode } = this.#options
    const madeAtMs = now()
    const { type, ...rest } = head
    const before = JSON.stringify({ type, ts: madeAtMs, ...rest })
    const payload = Buffer.from(`${before.slice(0, -1)},"data":${data}}`)
    onEncode(type)
    return { type, frameClass, key: head.channel ?? type, madeAtMs, ...frameText(payload) }
  }
}
