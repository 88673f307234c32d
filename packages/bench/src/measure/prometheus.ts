/** One line of a scrape. */
export type Sample = {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g

/** The samples of a Prometheus text; comments and what is none are left out. */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((row) => {
    const [, name, labels = '', number] = line.exec(row) ?? []
    if (name === undefined || number === undefined) return []
    const value = number === '+Inf' ? Infinity : Number(number)
    return [
      { name, value, labels: new Map([...labels.matchAll(label)].map(([, key = '', of = '']) => [key, of])) },
    ]
  })
}

/** The sum of every sample of this name that has these labels. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  matches: (labels: ReadonlyMap<string, string>) => boolean = () => true,
): number {
  return samples.reduce(
    (sum, sample) => (sample.name === name && matches(sample.labels) ? sum + sample.value : sum),
    0,
  )
}

/** Observations up to each bound, as a Prometheus histogram counts them. */
export type Histogram = ReadonlyMap<number, number>

/** The histogram of this name for one value of `hop`. */
export function histogramOf(samples: readonly Sample[], name: string, hop: string): Histogram {
  return new Map(
    samples
      .filter((sample) => sample.name === `${name}_bucket` && sample.labels.get('hop') === hop)
      .map(({ labels, value }) => {
        const bound = labels.get('le') ?? ''
        return [bound === '+Inf' ? Infinity : Number(bound), value]
      }),
  )
}

/** What was observed between two scrapes. */
export function between(before: Histogram, after: Histogram): Histogram {
  return new Map([...after].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]))
}

/** The bound below which a share `quantile` of the observations lies: no more is known. Undefined without any. */
export function boundOf(histogram: Histogram, quantile: number): number | undefined {
  const bounds = [...histogram].toSorted(([a], [b]) => a - b)
  const total = bounds.at(-1)?.[1] ?? 0
  if (total === 0) return undefined
  return bounds.find(([, count]) => count >= quantile * total)?.[0]
}
