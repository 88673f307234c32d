import { describe, expect, test } from '@jest/globals'
import { Gate } from './gate.ts'

const gate = new Gate({
  hosts: ['Whales.Example', 'alt.example:8443'],
  origins: ['https://desk.example/', 'http://10.0.0.7:3000'],
})
const home = '127.0.0.1:8080'

describe('host', () => {
  test.each([
    { note: 'loopback address', host: home, allowed: true },
    { note: 'loopback name without a port', host: 'localhost', allowed: true },
    { note: 'IPv6 loopback', host: '[::1]:8080', allowed: true },
    { note: 'configured, any port and case', host: 'WHALES.example:9', allowed: true },
    { note: 'configured with a port', host: 'alt.example:8443', allowed: true },
    { note: 'configured with another port', host: 'alt.example:80', allowed: false },
    { note: 'a name that somebody pointed here', host: 'evil.example:8080', allowed: false },
    { note: 'begins like loopback', host: '127.0.0.1.evil.example', allowed: false },
    { note: 'user info before the host', host: 'localhost@evil.example', allowed: false },
    { note: 'no host', host: undefined, allowed: false },
    { note: 'empty', host: '', allowed: false },
  ])('$note: $host', ({ host, allowed }) => {
    expect(gate.check({ host, origin: undefined })?.reason).toBe(allowed ? undefined : 'host')
  })
})

describe('origin', () => {
  test.each([
    { note: 'no browser', origin: undefined, allowed: true },
    { note: 'the console itself', origin: 'http://127.0.0.1:8080', allowed: true },
    { note: 'a development server', origin: 'http://localhost:5173', allowed: true },
    { note: 'configured', origin: 'https://desk.example', allowed: true },
    { note: 'configured, with its port', origin: 'http://10.0.0.7:3000', allowed: true },
    { note: 'configured, other scheme', origin: 'http://desk.example', allowed: false },
    { note: 'any page of the world', origin: 'https://evil.example', allowed: false },
    { note: 'a name that begins like ours', origin: 'http://localhost.evil.example', allowed: false },
    { note: 'a sandboxed frame', origin: 'null', allowed: false },
    { note: 'an extension', origin: 'chrome-extension://localhost', allowed: false },
    { note: 'empty', origin: '', allowed: false },
  ])('$note: $origin', ({ origin, allowed }) => {
    expect(gate.check({ host: home, origin })?.reason).toBe(allowed ? undefined : 'origin')
  })

  test('the name under which the service is addressed may connect to itself', () => {
    const host = 'whales.example'
    expect(gate.check({ host, origin: 'https://whales.example' })).toBeUndefined()
    expect(gate.check({ host, origin: 'https://other.example' })?.status).toBe(403)
  })
})
