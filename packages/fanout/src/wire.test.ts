import { expect, test } from '@jest/globals'
import { openWire } from './wire.ts'

test('the installed ws passes the rehearsal', () => {
  expect(openWire().mode).toBe('raw')
})

test('a framer that makes other bytes than send() is not used', () => {
  const wire = openWire((payload) => [Buffer.from([0x81, payload.length + 1]), payload])
  expect(wire.mode).toBe('send')
  expect(wire.frameText(Buffer.from('abc'))).toEqual({ bytes: Buffer.from('abc'), headerBytes: 0 })
})

test('a framer that throws is not used', () => {
  const wire = openWire(() => {
    throw new Error('gone')
  })
  expect(wire.mode).toBe('send')
})

test('the text starts where the header ends', () => {
  const { bytes, headerBytes } = openWire().frameText(Buffer.alloc(500, 'x'))
  expect(headerBytes).toBe(4)
  expect(bytes.subarray(headerBytes).toString()).toBe('x'.repeat(500))
})
