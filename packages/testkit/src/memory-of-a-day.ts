import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const daySeconds = 86_400
const everySeconds = 7_200
/** What is only filled once, such as a window of ten minutes, is full by then. */
const warmUpSeconds = 14_400

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('this Node has no garbage collector to call')
  // What buffers held is given back while the next collection waits for it.
  return () => {
    collect()
    collect()
  }
}

/**
 * Lives through a day, second by second, on whatever clock `step` keeps, and answers by how many bytes an hour the
 * memory in use grew after the first four hours: the slope of the straight line through what was left after each
 * collection. Tables that are made anew when their deleted entries have filled them go up and down over hours; where
 * there are several, more `days` tell their ups and downs from growth.
 */
export function memoryOfADay(step: (second: number) => void, { days = 1 } = {}): number {
  const collect = collector()
  const samples: { readonly hour: number; readonly bytes: number }[] = []
  for (let second = 0; second <= days * daySeconds; second += 1) {
    step(second)
    if (second < warmUpSeconds || second % everySeconds !== 0) continue
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    samples.push({ hour: second / 3_600, bytes: heapUsed + arrayBuffers })
  }
  const mean = (of: (sample: (typeof samples)[number]) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const [hour, bytes] = [mean((sample) => sample.hour), mean((sample) => sample.bytes)]
  const covariance = mean((sample) => (sample.hour - hour) * (sample.bytes - bytes))
  return covariance / mean((sample) => (sample.hour - hour) ** 2)
}
