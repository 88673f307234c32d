import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { createLogger, type LoggerOptions } from './logger.ts'

function openLogger(options: Partial<LoggerOptions> = {}) {
  const stream = new PassThrough()
  const logger = createLogger({
    service: 'ingest',
    instance: 'i-1',
    level: 'info',
    format: 'json',
    stream,
    ...options,
  })
  return { logger, text: () => String(stream.read() ?? '') }
}

describe('the logger', () => {
  test('writes a line of JSON with its fields first', () => {
    const { logger, text } = openLogger()
    logger.info('feed reconnected', { gap_ms: 12 })
    expect(text()).toMatch(
      /^\{"ts":\d{13},"level":"info","message":"feed reconnected","service":"ingest","instance":"i-1","gap_ms":12\}\n$/,
    )
  })

  test('hides secrets in fields and in the message', () => {
    const { logger, text } = openLogger()
    logger.warn('dialling redis://u:hush@h', {
      headers: { authorization: 'hush' },
      error: new Error('redis://u:hush@h'),
    })
    const line = text()
    expect(line).not.toContain('hush')
    expect(JSON.parse(line)).toMatchObject({ headers: { authorization: '[redacted]' }, level: 'warn' })
  })

  test('leaves out what is below its level', () => {
    const { logger, text } = openLogger({ level: 'warn' })
    logger.info('no')
    expect(text()).toBe('')
  })

  test('writes for the eye, with a stack below its line', () => {
    const { logger, text } = openLogger({ format: 'pretty' })
    logger.error('it broke', { market: 'A', error: new Error('because') })
    const plain = stripVTControlCharacters(text())
    expect(plain).toMatch(/^\d\d:\d\d:\d\d\.\d{3} error it broke market=A\n {2}Error: because\n/)
  })
})
