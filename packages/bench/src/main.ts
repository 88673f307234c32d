import { mkdirSync, writeFileSync } from 'node:fs'
import { inRoot } from './system/root.ts'
import { parseOptions, usage, UsageError } from './pipeline/options.ts'
import { runPipeline } from './pipeline/pipeline.ts'
import { brokenPromises, toMarkdown } from './pipeline/report.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

/** Runs the benchmark of this name; answers the exit code. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name !== 'pipeline') throw new UsageError(`${name ?? 'nothing'}: there is no such benchmark`)
  const options = parseOptions(args)
  const stop = new AbortController()
  // Once: a second signal ends this process as usual, and everything it started with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)))
  }
  const result = await runPipeline(options, { say, signal: stop.signal })
  const broken = options.quick ? [] : brokenPromises(result)
  const folder = inRoot('.results/bench/')
  mkdirSync(folder, { recursive: true })
  const file = options.quick ? 'pipeline-quick.json' : 'pipeline.json'
  writeFileSync(new URL(file, folder), `${JSON.stringify({ ...result, broken }, undefined, 2)}\n`)
  process.stdout.write(`${toMarkdown(result)}\n\n`)
  for (const promise of broken) say(`broken: ${promise}`)
  return broken.length === 0 ? 0 : 1
}

function explained(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n${usage}`
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
