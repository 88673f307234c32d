import type { FuzzResult } from './fuzz.ts'

/** What may come on top of the heap after the warm-up: what is compiled late, and pools. A leak is per connection. */
const heapAllowance = 8 * 2 ** 20

/** Every promise that the run broke, in words. */
export function brokenFuzzPromises({
  died,
  mismatches,
  complaints,
  holding,
  frames,
  options,
}: FuzzResult): string[] {
  const { before, after } = holding
  const grown = after.heapUsed + after.external - before.heapUsed - before.external
  return [
    ...(died === null ? [] : [`ws-broadcast crashed: ${died}`]),
    ...(frames >= options.frames ? [] : [`only ${frames} frames were sent`]),
    ...(mismatches === 0 ? [] : [`${mismatches} connections did not end as they had to`]),
    ...(complaints.length === 0 ? [] : [`its log complains: ${complaints[0]}`]),
    ...(after.handles <= before.handles
      ? []
      : [`${after.handles - before.handles} connections were left open`]),
    ...(grown <= heapAllowance ? [] : [`the heap grew by ${megabytes(grown)} MB`]),
  ]
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)

/** The result as Markdown. */
export function toMarkdown(result: FuzzResult): string {
  const { frames, connections, bytes, seconds, endings, errors, holding, options, firstMismatches } = result
  const { before, after } = holding
  return [
    `${frames} mutated frames (${megabytes(bytes)} MB) on ${connections} connections in ${Math.round(seconds)} s, seed ${options.seed}.`,
    '',
    table(['the server ended with', 'connections'], endings),
    '',
    table(['it answered with the error', 'times'], errors),
    '',
    table(['it holds, with nobody connected', 'after a tenth → in the end'], {
      'heap, MB': `${megabytes(before.heapUsed)} → ${megabytes(after.heapUsed)}`,
      'beside the heap, MB': `${megabytes(before.external)} → ${megabytes(after.external)}`,
      'resident, MB': `${megabytes(before.rss)} → ${megabytes(after.rss)}`,
      'open connections': `${before.handles} → ${after.handles}`,
    }),
    ...firstMismatches.map(
      ({ session, kind, problem, wrote }) => `\nsession ${session} (${kind}): ${problem}\n  ${wrote}`,
    ),
  ].join('\n')
}

function table(head: readonly [string, string], rows: Readonly<Record<string, string | number>>): string {
  return [
    `| ${head.join(' | ')} |`,
    '| --- | --- |',
    ...Object.entries(rows).map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}
