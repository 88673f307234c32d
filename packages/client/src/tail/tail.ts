import { readFile } from 'node:fs/promises'
import { connectWhalecast } from '../connect-whalecast.ts'
import type { ServerFrame } from '../server-frame.ts'
import { describeFrame, type Paint } from './describe-frame.ts'
import { describeGap, describeResumed, describeStaleness, describeState } from './describe-link.ts'
import type { TailOptions } from './tail-options.ts'

/** Where lines go. */
export type TailOutput = {
  /** Resolves once there is room for more. */
  readonly frame: (line: string) => Promise<void>
  /** What happens to the connection. */
  readonly notice: (line: string) => void
  readonly paint: Paint
}

/** About the connection, and not on any channel. */
const ofTheLink: ReadonlySet<string> = new Set([
  'connection',
  'subscribed',
  'authenticated',
  'ping',
  'pong',
  'goaway',
])

/**
 * Follows channels until the signal says so, or until the server does not want this client back. Answers whether the
 * end was its own.
 */
export async function tail(options: TailOptions, output: TailOutput, signal: AbortSignal): Promise<boolean> {
  const { url, channels, minSizeDollars, tokenFile } = options
  const client = connectWhalecast({
    url,
    defaults: false,
    // A line is a whole value, not what has changed in one.
    delta: false,
    ...(tokenFile !== undefined && { token: async () => (await readFile(tokenFile, 'utf8')).trim() }),
  })
  const filtered = minSizeDollars === undefined ? [] : channels.filter(hasSizes)
  const others = channels.filter((channel) => !filtered.includes(channel))
  if (filtered.length > 0) client.subscribe(filtered, { filter: { min_size_dollars: minSizeDollars ?? 0 } })
  if (others.length > 0) client.subscribe(others)
  const notice = (text: string | undefined) => {
    if (text !== undefined) output.notice(text)
  }
  client.onState((state) => {
    if (!signal.aborted) notice(describeState(state, Date.now()))
  })
  client.onStaleness((change) => notice(describeStaleness(change)))
  const end = () => client.close()
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  const frames = client.frames()
  let dropped = 0
  for await (const frame of frames) {
    if (frames.dropped > dropped)
      notice(`${frames.dropped - dropped} frames were not shown: they came faster than they could be written`)
    dropped = frames.dropped
    notice(noticeOf(frame))
    if (options.json && isShown(frame, channels)) await output.frame(JSON.stringify(frame))
    else if (frame.type !== 'gap' && isShown(frame, channels))
      await output.frame(describeFrame(frame, client.serverNowMs(), output.paint))
  }
  signal.removeEventListener('abort', end)
  return signal.aborted
}

function noticeOf(frame: ServerFrame): string | undefined {
  if (frame.type === 'gap') return describeGap(frame)
  if (frame.type === 'subscribed') return describeResumed(frame)
  if (frame.type === 'authenticated')
    return `known as ${frame.data.name}, with ${frame.data.scopes.join(', ')}`
  if (frame.type === 'error') return `the server says ${frame.data.code}: ${frame.data.message}`
  if (frame.type === 'goaway')
    return `the server goes away: ${frame.data.reason}; back in ${(frame.data.reconnect_after_ms / 1_000).toFixed(1)} s`
  return undefined
}

const hasSizes = (channel: string): boolean => channel === 'whales' || channel.startsWith('tape')

const isShown = (frame: ServerFrame, channels: readonly string[]): boolean =>
  !ofTheLink.has(frame.type) &&
  frame.type !== 'error' &&
  (frame.channel === undefined || channels.includes(frame.channel))
