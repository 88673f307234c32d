import type { ChannelName } from '../ws/channels.ts'
import { readRecording } from './recording.ts'

/** A market that occurs in a recording, as far as the recording tells about it. */
type RecordedMarket = {
  readonly ticker: string
  readonly marketId: string
  readonly firstMs: number
  readonly closeMs: number | undefined
  readonly strike: number | undefined
}

/** What a recording contains, learnt by reading it once from end to end. */
export type Survey = {
  readonly markets: readonly RecordedMarket[]
  readonly channels: ReadonlySet<ChannelName>
  readonly frames: number
  readonly malformed: number
}

/** Reads a whole recording for what is in it. Rejects when the file cannot be read. */
export async function surveyRecording(path: string): Promise<Survey> {
  const markets = new Map<string, { marketId: string; firstMs: number }>()
  const watched = new Map<string, { closeMs: number | undefined; strike: number | undefined }>()
  const channels = new Set<ChannelName>()
  let frames = 0
  let malformed = 0
  for await (const step of readRecording(path)) {
    if (step.kind === 'malformed') malformed += 1
    if (step.kind === 'note') note(step.data, watched)
    if (step.kind !== 'frame') continue
    frames += 1
    channels.add(step.channel)
    const { market_ticker: ticker, market_id: marketId } = step.msg
    if (typeof ticker !== 'string' || markets.has(ticker)) continue
    markets.set(ticker, { marketId: typeof marketId === 'string' ? marketId : '', firstMs: step.atMs })
  }
  const known = [...markets].map(([ticker, market]) => ({
    ticker,
    ...market,
    closeMs: watched.get(ticker)?.closeMs,
    strike: watched.get(ticker)?.strike,
  }))
  return { markets: known, channels, frames, malformed }
}

function note(
  data: Readonly<Record<string, unknown>>,
  watched: Map<string, { closeMs: number | undefined; strike: number | undefined }>,
): void {
  const { market_ticker: ticker, close_time: closeTime, strike } = data
  if (typeof ticker !== 'string' || typeof closeTime !== 'string') return
  const closeMs = Date.parse(closeTime)
  watched.set(ticker, {
    closeMs: Number.isFinite(closeMs) ? closeMs : undefined,
    strike: typeof strike === 'number' ? strike : undefined,
  })
}
