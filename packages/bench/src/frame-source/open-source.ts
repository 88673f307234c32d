import { openChild } from '../child/open-child.ts'
import type { Run, SourceReport } from './frame-source.ts'
import type { SourceCalls } from './source-process.ts'

/** As many as trade at a busy hour. */
const markets = 400

/** A frame source in a process of its own. */
export type Source = AsyncDisposable & {
  readonly pid: number
  readonly wsUrl: string
  readonly apiUrl: string
  start(run: Run): Promise<void>
  stop(): Promise<void>
  report(): Promise<SourceReport>
}

/** Starts a frame source that prints nothing yet. */
export async function openSource(): Promise<Source> {
  const child = openChild<SourceCalls>(new URL('./source-process.js', import.meta.url))
  const port = await child.call('open', { markets, seed: Date.now() })
  return {
    pid: child.pid,
    wsUrl: `ws://127.0.0.1:${port}/trade-api/ws/v2`,
    apiUrl: `http://127.0.0.1:${port}/trade-api/v2`,
    start: (run) => child.call('start', run),
    stop: () => child.call('stop', undefined),
    report: () => child.call('report', undefined),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}
