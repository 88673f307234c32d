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
  const result = await runPipeline(options, say)
  const broken = options.quick ? [] : brokenPromises(result)
  const folder = inRoot('packages/bench/.results/')
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('pipeline.json', folder), `${JSON.stringify({ ...result, broken }, undefined, 2)}\n`)
  process.stdout.write(`${toMarkdown(result)}\n\n`)
  for (const promise of broken) say(`broken: ${promise}`)
  return broken.length === 0 ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  say(
    error instanceof UsageError
      ? `${error.message}\n${usage}`
      : String(error instanceof Error ? error.stack : error),
  )
  process.exitCode = 1
}
