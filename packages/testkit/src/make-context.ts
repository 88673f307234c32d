import { PassThrough } from 'node:stream'
import { createLogger, Facts, HealthBoard, Metrics, type ServiceContext } from '@whalecast/runtime'

/** What a service context offers besides the process itself, fresh for each test and silent. */
export function makeContext(
  signal: AbortSignal = new AbortController().signal,
): Pick<ServiceContext, 'health' | 'facts' | 'metrics' | 'logger' | 'signal'> {
  const stream = new PassThrough()
  stream.resume()
  const logger = createLogger({ service: 'test', instance: 'test', level: 'debug', format: 'json', stream })
  return { health: new HealthBoard(), facts: new Facts(), metrics: new Metrics(), logger, signal }
}
