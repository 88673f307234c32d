import { isUtf8 } from 'node:buffer'
import { constants, inflateRawSync } from 'node:zlib'
import { opcodes } from '@whalecast/testkit'

/** What the limits of the server are, as its documentation says. */
const limits = { messageBytes: 16 * 1024, fragments: 64 }
/** What RFC 7692 leaves out at the end of each message. */
const emptyBlock = Buffer.from([0, 0, 0xff, 0xff])

type Header = {
  readonly fin: boolean
  readonly deflated: boolean
  readonly opcode: number
  readonly length: number
  readonly end: number
}
type Ending = number | 'empty'

/**
 * What a server has to make of the bytes of one client, by RFC 6455 and our limits. It shares no code with the server:
 * where the two differ, one of them is wrong.
 */
export class StreamModel {
  /** Messages that are whole, in order: a text, or undefined for a binary. */
  readonly messages: (string | undefined)[] = []
  /** Pings and pongs that are whole. */
  controls = 0
  /** The code with which the server has to end the connection; undefined while it lives. */
  ending: Ending | undefined
  #bytes: Buffer = Buffer.alloc(0)
  #parts: Buffer[] = []
  #partOpcode: number | undefined
  #isDeflated = false
  readonly #agreed: boolean

  /** `deflate`: whether permessage-deflate was agreed on. */
  constructor({ deflate = false }: { readonly deflate?: boolean } = {}) {
    this.#agreed = deflate
  }

  /** Whether the next byte would begin a message. */
  get isClean(): boolean {
    return this.#bytes.length === 0 && this.#partOpcode === undefined
  }

  /** How many frames the server has counted. */
  get counted(): number {
    return this.messages.length + this.controls
  }

  take(bytes: Buffer): void {
    if (this.ending !== undefined) return
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    while (this.ending === undefined) {
      const header = this.#header()
      if (!header || this.#bytes.length < header.end) return
      const payload = this.#payload(header)
      this.#bytes = this.#bytes.subarray(header.end)
      if (header.opcode >= opcodes.close) this.#control(header.opcode, payload)
      else this.#part(header, payload)
    }
  }

  /** Of a header as far as it is there: what is wrong is wrong before the payload has come. */
  #header(): Header | undefined {
    const [first, second] = this.#bytes
    if (first === undefined || second === undefined) return undefined
    const fin = (first & 0x80) !== 0
    const opcode = first & 15
    const short = second & 127
    const isControl = opcode >= opcodes.close
    const deflated = (first & 0x40) !== 0
    const isWrong =
      (first & 0x30) !== 0 ||
      (deflated && (!this.#agreed || isControl || opcode === opcodes.continuation)) ||
      (second & 0x80) === 0 ||
      (opcode > opcodes.binary && !isControl) ||
      opcode > opcodes.pong ||
      (isControl
        ? !fin || short > 125
        : (opcode === opcodes.continuation) !== (this.#partOpcode !== undefined))
    if (isWrong) {
      this.ending = 1002
      return undefined
    }
    const more = short === 126 ? 2 : short === 127 ? 8 : 0
    if (this.#bytes.length < 2 + more) return undefined
    const length =
      more === 0 ? short : more === 2 ? this.#bytes.readUInt16BE(2) : Number(this.#bytes.readBigUInt64BE(2))
    const before = this.#parts.reduce((sum, part) => sum + part.length, 0)
    if (!isControl && before + length > limits.messageBytes) {
      this.ending = 1009
      return undefined
    }
    return { fin, deflated, opcode, length, end: 2 + more + 4 + length }
  }

  #payload({ length, end }: Header): Buffer {
    const mask = this.#bytes.subarray(end - length - 4, end - length)
    const payload = Buffer.from(this.#bytes.subarray(end - length, end))
    for (let at = 0; at < length; at += 1) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0)
    return payload
  }

  #part({ fin, deflated, opcode }: Header, payload: Buffer): void {
    if (this.#partOpcode === undefined) this.#isDeflated = deflated
    this.#partOpcode ??= opcode
    this.#parts.push(payload)
    if (this.#parts.length > limits.fragments) this.ending = 1008
    else if (fin) this.#message()
  }

  #message(): void {
    const whole = this.#whole()
    const isText = this.#partOpcode === opcodes.text
    this.#parts = []
    this.#partOpcode = undefined
    if (typeof whole === 'number') this.ending = whole
    else if (isText && !isUtf8(whole)) this.ending = 1007
    else this.messages.push(isText ? whole.toString() : undefined)
  }

  /** The message as it was meant, or the code for one that cannot be read. */
  #whole(): Buffer | number {
    const sent = Buffer.concat(this.#parts)
    if (!this.#isDeflated) return sent
    try {
      return inflateRawSync(Buffer.concat([sent, emptyBlock]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: limits.messageBytes,
      })
    } catch (error) {
      const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
      return code === 'ERR_BUFFER_TOO_LARGE' ? 1009 : 1007
    }
  }

  #control(opcode: number, payload: Buffer): void {
    if (opcode !== opcodes.close) this.controls += 1
    else if (payload.length === 0) this.ending = 'empty'
    else if (payload.length === 1) this.ending = 1002
    else {
      const code = payload.readUInt16BE(0)
      this.ending = !mayBeSent(code) ? 1002 : isUtf8(payload.subarray(2)) ? code : 1007
    }
  }
}

/** Codes that a close frame may carry: those of the RFC's registry and those for libraries and applications. */
function mayBeSent(code: number): boolean {
  if (code >= 3000) return code <= 4999
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006
}
