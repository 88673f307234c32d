import { serveCalls } from '../../child/serve-calls.ts'
import { Loader, type LoaderReport, type LoaderTarget } from './loader.ts'

export type LoaderCalls = {
  readonly open: { readonly input: LoaderTarget; readonly output: void }
  readonly clear: { readonly input: void; readonly output: void }
  readonly mark: { readonly input: void; readonly output: number }
  readonly report: { readonly input: void; readonly output: LoaderReport }
  readonly stall: { readonly input: number; readonly output: void }
  readonly resume: { readonly input: void; readonly output: void }
  readonly close: { readonly input: void; readonly output: void }
}

const loader = new Loader()

serveCalls<LoaderCalls>({
  open: (target) => loader.open(target),
  clear: () => loader.clear(),
  mark: () => loader.mark(),
  report: () => loader.report(),
  stall: (count) => loader.stall(count),
  resume: () => loader.resume(),
  close: () => loader.close(),
})
