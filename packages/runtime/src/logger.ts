import { createLogger as createWinston, format, transports, type Logger } from 'winston'
import { redact } from './redact.ts'

export type { Logger } from 'winston'

export type LoggerOptions = {
  readonly service: string
  readonly instance: string
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  readonly format: 'json' | 'pretty'
  /** Where lines go. @default standard output */
  readonly stream?: NodeJS.WritableStream
}

const levelColours: Readonly<Record<string, string>> = { error: '31', warn: '33', info: '32', debug: '90' }

/** Redacts in place: winston finds the level and the finished line under symbols of the very object it made. */
const redacted = format((info) => {
  const { level } = info
  Object.assign(info, redact({ ...info }))
  info.level = level
  return info
})

const stamped = format((info) => Object.assign(info, { ts: Date.now() }))

const json = format.printf(({ ts, level, message, service, instance, ...fields }) =>
  JSON.stringify({ ts, level, message, service, instance, ...fields }),
)

/** An error reads best as its stack, below the line. */
function isLoggedError(value: unknown): value is { readonly stack: string } {
  return typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string'
}

const pretty = format.printf(({ level, message, ts, service: _service, instance: _instance, ...fields }) => {
  const time = new Date(Number(ts)).toISOString().slice(11, 23)
  const colour = levelColours[level] ?? '0'
  const shown = Object.entries(fields).map(([name, value]) =>
    isLoggedError(value)
      ? `\n  ${value.stack}`
      : ` \x1b[90m${name}=\x1b[0m${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${time} \x1b[${colour}m${level.padEnd(5)}\x1b[0m ${String(message)}${shown.join('')}`
})

/**
 * A logger whose every line carries ts (Unix ms), level, message, service and instance, as JSON or for
 * the eye. Secrets never reach a line: fields by their name, PEM blocks and URL passwords in any text.
 */
export function createLogger(options: LoggerOptions): Logger {
  return createWinston({
    level: options.level,
    defaultMeta: { service: options.service, instance: options.instance },
    format: format.combine(stamped(), redacted(), options.format === 'json' ? json : pretty),
    transports: [
      options.stream ? new transports.Stream({ stream: options.stream }) : new transports.Console(),
    ],
  })
}
