import { mkdirSync, writeFileSync } from 'node:fs'
import { inRoot } from './system/root.ts'
import { runCompression } from './compression/compression.ts'
import { parseOptions as parseCompressionOptions } from './compression/options.ts'
import { toMarkdown as compressionMarkdown } from './compression/report.ts'
import { judge as judgeCompression } from './compression/verdict.ts'
import { brokenClaims as brokenDeliveryClaims, judge as judgeDelivery } from './delivery/claims.ts'
import { runDelivery } from './delivery/delivery.ts'
import { parseOptions as parseDeliveryOptions } from './delivery/options.ts'
import { toMarkdown as deliveryMarkdown } from './delivery/report.ts'
import { runFanout } from './fanout/fanout.ts'
import { parseOptions as parseFanoutOptions } from './fanout/options.ts'
import { toMarkdown as fanoutMarkdown } from './fanout/report.ts'
import { brokenClaims, judge } from './fanout/verdict.ts'
import { runFuzz } from './fuzz/fuzz.ts'
import { parseOptions as parseFuzzOptions } from './fuzz/options.ts'
import { brokenFuzzPromises, toMarkdown as fuzzMarkdown } from './fuzz/report.ts'
import { parseOptions } from './pipeline/options.ts'
import { runPipeline } from './pipeline/pipeline.ts'
import { brokenPromises, toMarkdown } from './pipeline/report.ts'
import { UsageError } from './usage-error.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

type Outcome = {
  /** Of the file of results, without its ending. */
  readonly file: string
  readonly json: object
  readonly markdown: string
  readonly broken: readonly string[]
}

async function pipeline(args: readonly string[], signal: AbortSignal): Promise<Outcome> {
  const options = parseOptions(args)
  const result = await runPipeline(options, { say, signal })
  const broken = options.quick ? [] : brokenPromises(result)
  const file = options.quick ? 'pipeline-quick' : 'pipeline'
  return { file, json: { ...result, broken }, markdown: toMarkdown(result), broken }
}

async function fanout(args: readonly string[], signal: AbortSignal): Promise<Outcome> {
  const options = parseFanoutOptions(args)
  const result = await runFanout(options, { say, signal })
  const claims = judge(result)
  const broken = options.quick ? [] : brokenClaims(claims)
  const file = options.quick ? 'fanout-quick' : 'fanout'
  return { file, json: { ...result, claims, broken }, markdown: fanoutMarkdown(result, claims), broken }
}

async function delivery(args: readonly string[], signal: AbortSignal): Promise<Outcome> {
  const options = parseDeliveryOptions(args)
  const result = await runDelivery(options, { say, signal })
  const claims = judgeDelivery(result)
  const broken = brokenDeliveryClaims(claims)
  const file = options.quick ? 'delivery-quick' : 'delivery'
  return { file, json: { ...result, claims, broken }, markdown: deliveryMarkdown(result, claims), broken }
}

async function fuzz(args: readonly string[], signal: AbortSignal): Promise<Outcome> {
  const options = parseFuzzOptions(args)
  const result = await runFuzz(options, { say, signal })
  const broken = brokenFuzzPromises(result)
  const file = options.quick ? 'fuzz-quick' : 'fuzz'
  return { file, json: { ...result, broken }, markdown: fuzzMarkdown(result), broken }
}

async function compression(args: readonly string[], signal: AbortSignal): Promise<Outcome> {
  const options = parseCompressionOptions(args)
  const result = await runCompression(options, { say, signal })
  const claims = judgeCompression(result.samples)
  const broken = options.quick ? [] : brokenClaims(claims)
  const file = options.quick ? 'compression-quick' : 'compression'
  return { file, json: { ...result, claims, broken }, markdown: compressionMarkdown(result, claims), broken }
}

const benchmarks = new Map([
  ['pipeline', pipeline],
  ['fanout', fanout],
  ['delivery', delivery],
  ['fuzz', fuzz],
  ['compression', compression],
])

/** Runs the benchmark of this name; answers the exit code. */
async function main([name = 'nothing', ...args]: readonly string[]): Promise<number> {
  const benchmark = benchmarks.get(name)
  if (!benchmark) {
    const names = [...benchmarks.keys()].join(', ')
    throw new UsageError(`${name}: there is no such benchmark\nusage: npm run bench -- NAME, one of ${names}`)
  }
  const stop = new AbortController()
  // Once: a second signal ends this process as usual, and everything it started with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)))
  }
  const { file, json, markdown, broken } = await benchmark(args, stop.signal)
  const folder = inRoot('.results/bench/')
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${file}.json`, folder), `${JSON.stringify(json, undefined, 2)}\n`)
  writeFileSync(new URL(`${file}.md`, folder), `${markdown}\n`)
  process.stdout.write(`${markdown}\n\n`)
  for (const promise of broken) say(`broken: ${promise}`)
  return broken.length === 0 ? 0 : 1
}

function explained(error: unknown): string {
  if (error instanceof UsageError) return error.message
  if (!(error instanceof Error)) return String(error)
  const causes = error.cause instanceof Error ? `\n${error.cause.stack}` : ''
  return error.name === 'AbortError' ? String(error.cause) : `${error.stack}${causes}`
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  say(explained(error))
  process.exitCode = 1
}
