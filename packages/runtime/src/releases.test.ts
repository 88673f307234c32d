import { describe, expect, test } from '@jest/globals'
import { PassThrough } from 'node:stream'
import { createLogger } from './logger.ts'
import { Releases } from './releases.ts'

const logger = createLogger({
  service: 's',
  instance: 'i',
  level: 'error',
  format: 'json',
  stream: new PassThrough(),
})

describe('Releases', () => {
  test('run in reverse order, each to its end, whatever becomes of one of them', async () => {
    const releases = new Releases(() => logger)
    const order: string[] = []
    releases.add('first', () => void order.push('first'))
    releases.add('bad', () => Promise.reject(new Error('no')))
    releases.add('slow', async () => {
      await Promise.resolve()
      order.push('slow')
    })
    await releases.unwind()
    expect(order).toEqual(['slow', 'first'])
    expect(releases.failed).toBe(true)
  })

  test('added while unwinding runs too, and is waited for', async () => {
    const releases = new Releases(() => logger)
    const order: string[] = []
    releases.add('outer', () => {
      releases.add('late', async () => {
        await Promise.resolve()
        order.push('late')
      })
    })
    await releases.unwind()
    expect(order).toEqual(['late'])
    releases.add('later', () => void order.push('later'))
    await releases.unwind()
    expect(order).toEqual(['late', 'later'])
    expect(releases.failed).toBe(false)
  })

  test('run once', async () => {
    const releases = new Releases(() => logger)
    let count = 0
    releases.add('a', () => void count++)
    await Promise.all([releases.unwind(), releases.unwind()])
    expect(count).toBe(1)
  })
})
