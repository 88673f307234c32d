import { randomBytes } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { Facts } from './facts.ts'
import { HealthBoard } from './health-board.ts'
import { createLogger, type Logger } from './logger.ts'
import { Metrics } from './metrics.ts'
import { startOpsServer } from './ops-server.ts'
import { ConfigError, readSettings, type Env } from './read-settings.ts'
import { Releases } from './releases.ts'
import { opsPortOffsets, type ServiceContext, type ServiceName } from './service-context.ts'
import { untilAborted } from './time.ts'

/** The part of `process` that a service's life depends on; a test puts an event emitter in its place. */
export type ProcessHost = Pick<EventEmitter, 'on' | 'off'> & {
  exit(code: number): void
  exitCode?: number | string | null | undefined
}

export type RunOptions = {
  readonly env?: Env
  readonly host?: ProcessHost
  /** From the wish to stop until the process ends by force. Shorter cuts off a drain, longer delays a takeover. @default 10000 */
  readonly deadlineMs?: number
}

/** SIGHUP is not among them: a terminal that closes must not end a service that was put into the background. */
const stopSignals = ['SIGINT', 'SIGTERM'] as const

function bootLogger(name: ServiceName, instance: string, env: Env): Logger {
  const format = env['LOG_FORMAT'] === 'pretty' ? 'pretty' : 'json'
  return createLogger({ service: name, instance, level: 'info', format })
}

function logFailure(logger: Logger, message: string, error: unknown): void {
  if (error instanceof ConfigError) logger.error(error.message)
  else logger.error(message, { error })
}

/** Whether an error only says that the signal aborted. */
function saysAborted(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false
  return error === signal.reason || (error instanceof Error && error.cause === signal.reason)
}

/**
 * The life of a service's process. `start` may return once everything is wired, or run until the signal
 * aborts; the service lives until SIGINT, SIGTERM or a failure.
 *
 * Signals are heard before `start` begins. Then, once: abort → `start` gets half the deadline to finish →
 * releases in reverse order → the event loop drains. Exit code 0 after a clean stop, 1 after a failure in
 * `start`, in a release, anywhere uncaught, or when the deadline passes. A second signal exits at once.
 */
export async function runService(
  name: ServiceName,
  start: (ctx: ServiceContext) => Promise<void>,
  options: RunOptions = {},
): Promise<void> {
  const { env = process.env, deadlineMs = 10_000 } = options
  const host: ProcessHost = options.host ?? process
  const startedAtMs = Date.now()
  const instance = `${name}-${randomBytes(4).toString('hex')}`
  const stop = new AbortController()
  const { signal } = stop
  let logger = bootLogger(name, instance, env)
  let failed = false

  const fail = (message: string, error: unknown) => {
    failed = true
    host.exitCode = 1
    logFailure(logger, message, error)
    stop.abort()
  }
  const listeners: readonly (readonly [string, (value?: unknown) => void])[] = [
    ...stopSignals.map((wanted) => {
      const listener = () => {
        if (!signal.aborted) {
          logger.info('stopping', { signal: wanted })
          return stop.abort()
        }
        logger.warn('stopping at once', { signal: wanted })
        host.exit(1)
      }
      return [wanted, listener] as const
    }),
    ['uncaughtException', (error?: unknown) => fail('uncaught exception', error)],
    ['unhandledRejection', (error?: unknown) => fail('unhandled rejection', error)],
  ]
  for (const [event, listener] of listeners) host.on(event, listener)

  let deadline: NodeJS.Timeout | undefined
  signal.addEventListener(
    'abort',
    () => {
      deadline = setTimeout(() => {
        logger.error('stopping took too long', { deadline_ms: deadlineMs })
        host.exit(1)
      }, deadlineMs)
    },
    { once: true },
  )

  const releases = new Releases(() => logger)
  try {
    const own = ['LOG_LEVEL', 'LOG_FORMAT', 'WHALECAST_OPS_HOST', 'WHALECAST_OPS_PORT'] as const
    const set = readSettings(env, own, name)
    logger = createLogger({
      service: name,
      instance,
      level: set.LOG_LEVEL,
      format: set.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
    })
    const metrics = new Metrics()
    metrics.registry.setDefaultLabels({ service: name })
    metrics.collectProcess()
    const ctx: ServiceContext = {
      name,
      instance,
      startedAtMs,
      signal,
      env,
      logger,
      metrics,
      health: new HealthBoard(),
      facts: new Facts(),
      defer: (label, release) => releases.add(label, release),
    }
    const port = set.WHALECAST_OPS_PORT === 0 ? 0 : set.WHALECAST_OPS_PORT + opsPortOffsets[name]
    const ops = await startOpsServer(ctx, set.WHALECAST_OPS_HOST, port)
    releases.add('ops endpoint', () => ops.close())
    logger.info('starting', { ops_url: ops.url, pid: process.pid })

    const work = start(ctx).catch((error: unknown) => {
      if (!saysAborted(error, signal)) fail('service failed', error)
    })
    await untilAborted(signal)
    await within(work, deadlineMs / 2)
  } catch (error) {
    fail('service cannot start', error)
  }
  await releases.unwind()
  for (const [event, listener] of listeners) host.off(event, listener)
  if (failed || releases.failed) host.exitCode = 1
  // Until here it held the process, so that a release that waits for nothing cannot end it as if it were
  // done; from here on it only ends a process that something else still holds.
  deadline?.unref()
  logger.info('stopped', { after_ms: Date.now() - startedAtMs })
}

/** Waits for `work`, but no longer than `ms`. */
async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, over])
  clearTimeout(timer)
}
