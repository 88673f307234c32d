import { frameBytes, opcodes, type FrameParts } from '@whalecast/testkit'

/** What a client writes, and what RFC 6455 and our limits make of it. */
export type WireCase = {
  readonly note: string
  /** Each piece is written by itself. */
  readonly write: readonly Buffer[]
  /** The code of the server's close frame; without one, the connection has to live on and to answer. */
  readonly close?: number | 'empty'
  readonly reason?: string
  /** Payloads of the pongs that come before that. */
  readonly pongs?: readonly string[]
  /** Codes of the errors that are answered. */
  readonly errors?: readonly string[]
  /** How many messages were read as `ping` and answered. */
  readonly answers?: number
}

/** A message that is understood, and answered with a pong of our own. */
export const message = '{"type":"ping","timestamp_ms":7}'
export const bytes = (...parts: readonly FrameParts[]): Buffer => Buffer.concat(parts.map(frameBytes))
export const text = (payload: string | Buffer = message, over: FrameParts = {}): FrameParts => ({
  payload,
  ...over,
})
export const first = (payload: string | Buffer, over: FrameParts = {}): FrameParts => ({
  payload,
  fin: false,
  ...over,
})
export const more = (payload: string | Buffer, over: FrameParts = {}): FrameParts => ({
  opcode: opcodes.continuation,
  payload,
  fin: false,
  ...over,
})
export const last = (payload: string | Buffer): FrameParts => ({ opcode: opcodes.continuation, payload })
export const ping = (payload: string | Buffer = '', over: FrameParts = {}): FrameParts => ({
  opcode: opcodes.ping,
  payload,
  ...over,
})
