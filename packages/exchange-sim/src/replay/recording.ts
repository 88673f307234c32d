import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ChannelName } from '../ws/channels.ts'

/** One step of a recording. */
export type RecordedStep =
  /** A data frame as the exchange sent it, and when it was received. */
  | {
      readonly kind: 'frame'
      readonly atMs: number
      readonly channel: ChannelName
      readonly type: string
      readonly sid: number
      readonly seq: number | undefined
      readonly msg: Readonly<Record<string, unknown>>
    }
  /** The recorder connected anew: numbering restarts, and who listens has to connect anew as well. */
  | { readonly kind: 'cut' }
  /** The recorder's own note, for instance about the market it turns to. */
  | { readonly kind: 'note'; readonly event: string; readonly data: Readonly<Record<string, unknown>> }
  /** A reply to a command of the recorder. */
  | { readonly kind: 'reply' }
  | { readonly kind: 'malformed' }

const channelOfType: Readonly<Record<string, ChannelName>> = {
  trade: 'trade',
  ticker: 'ticker',
  orderbook_snapshot: 'orderbook_delta',
  orderbook_delta: 'orderbook_delta',
  market_lifecycle_v2: 'market_lifecycle_v2',
  event_lifecycle: 'market_lifecycle_v2',
}

/**
 * Reads a recording, gzipped or plain, one line at a time and no faster than it is consumed. Memory is bounded
 * by the longest line, whatever the size of the file.
 */
export async function* readRecording(path: string): AsyncGenerator<RecordedStep> {
  const newest = new Map<number, number>()
  let frames = 0
  for await (const line of readLines(path)) {
    const step = parseLine(line)
    if (isReconnect(step, newest) && frames > 0) {
      newest.clear()
      frames = 0
      yield { kind: 'cut' }
    }
    if (step.kind === 'frame') {
      frames += 1
      if (step.seq !== undefined) newest.set(step.sid, step.seq)
    }
    yield step
  }
}

/** A connection begins where the recorder says so, and where a sequence starts over without a word. */
function isReconnect(step: RecordedStep, newest: ReadonlyMap<number, number>): boolean {
  if (step.kind === 'note') return step.event === 'ws_connected'
  return step.kind === 'frame' && step.seq === 1 && newest.has(step.sid)
}

function parseLine(line: string): RecordedStep {
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch {
    return { kind: 'malformed' }
  }
  const { recv_ns: receivedNs, event, data, frame } = fieldsOf(record)
  if (typeof event === 'string') return { kind: 'note', event, data: fieldsOf(data) }
  const { type, sid, seq, msg } = fieldsOf(frame)
  if (typeof type !== 'string') return { kind: 'malformed' }
  const channel = Object.hasOwn(channelOfType, type) ? channelOfType[type] : undefined
  if (channel === undefined) return { kind: 'reply' }
  // Nanoseconds do not fit a double; whole milliseconds are all that pacing needs.
  const atMs = Number(String(receivedNs).slice(0, -6))
  if (typeof sid !== 'number' || typeof msg !== 'object' || msg === null || !(atMs > 0))
    return { kind: 'malformed' }
  return {
    kind: 'frame',
    atMs,
    channel,
    type,
    sid,
    seq: typeof seq === 'number' ? seq : undefined,
    msg: fieldsOf(msg),
  }
}

async function* readLines(path: string): AsyncGenerator<string> {
  const file = createReadStream(path)
  const source: Readable = (await isGzip(path)) ? file.pipe(createGunzip()) : file
  // A broken file must fail the reader, not the process: pipe() does not pass errors on.
  file.on('error', (error) => source.destroy(error))
  source.setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of source) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') yield line
    }
    if (rest.trim() !== '') yield rest
  } finally {
    file.destroy()
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b
  } finally {
    await file.close()
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
