import { type LogLevel, logLevels } from './config.ts'

export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void

/** Writes one JSON object a line; what is less important than `threshold` is left out. */
export function createLog(threshold: LogLevel, write: (line: string) => void): Log {
  return (level, message, fields) => {
    if (logLevels.indexOf(level) > logLevels.indexOf(threshold)) return
    const entry = { level, message, timestamp: new Date().toISOString(), service: 'exchange-sim', ...fields }
    write(`${JSON.stringify(entry)}\n`)
  }
}
