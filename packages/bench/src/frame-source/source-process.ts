import { serveCalls } from '../child/serve-calls.ts'
import { FrameSource, type Run, type SourceReport } from './frame-source.ts'

export type SourceCalls = {
  readonly open: {
    readonly input: { readonly markets: number; readonly seed: number }
    readonly output: number
  }
  readonly start: { readonly input: Run; readonly output: void }
  readonly stop: { readonly input: void; readonly output: void }
  readonly report: { readonly input: void; readonly output: SourceReport }
}

let source: FrameSource | undefined
const opened = () => {
  if (!source) throw new Error('the source is not open')
  return source
}

serveCalls<SourceCalls>({
  open: async ({ markets, seed }) => (source = await FrameSource.open(markets, seed)).port,
  start: (run) => opened().start(run),
  stop: () => opened().stop(),
  report: () => opened().report(),
})
