import { describe, expect, test } from '@jest/globals'
import { Socket } from 'node:net'
import { peerOf, trustedProxies } from './peer-address.ts'

function from(remoteAddress: string, headers: Readonly<Record<string, string>> = {}) {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress })
  return { socket, headers }
}
const nobody = trustedProxies([])
const proxies = trustedProxies(['10.1.2.3/16', '127.0.0.1', 'fd00::/8'])

describe('without proxies', () => {
  test.each([
    { note: 'IPv4', own: '203.0.113.7', address: '203.0.113.7', countedBy: '203.0.113.7' },
    { note: 'IPv4 over IPv6', own: '::ffff:203.0.113.7', address: '203.0.113.7', countedBy: '203.0.113.7' },
    {
      note: 'a whole /64',
      own: '2001:db8:0:7::1',
      address: '2001:db8:0:7::1',
      countedBy: '2001:db8:0:7::/64',
    },
    {
      note: 'written out',
      own: '2001:db8:0:7:0:0:0:2',
      address: '2001:db8:0:7:0:0:0:2',
      countedBy: '2001:db8:0:7::/64',
    },
    { note: 'few groups', own: '2001:db8::1', address: '2001:db8::1', countedBy: '2001:db8:0:0::/64' },
    { note: 'this machine', own: '127.0.0.1', address: '127.0.0.1', countedBy: undefined },
    { note: 'this machine over IPv6', own: '::1', address: '::1', countedBy: undefined },
  ])('$note', ({ own, address, countedBy }) => {
    expect(peerOf(from(own), nobody)).toEqual({ address, countedBy, forwarded: false, secure: false })
  })

  test('what a client says of its own address means nothing', () => {
    const headers = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https' }
    expect(peerOf(from('203.0.113.7', headers), nobody)).toEqual({
      address: '203.0.113.7',
      countedBy: '203.0.113.7',
      forwarded: true,
      secure: false,
    })
  })
})

describe('behind proxies', () => {
  test.each([
    { note: 'one', path: '203.0.113.7', address: '203.0.113.7', countedBy: '203.0.113.7' },
    { note: 'two', path: '203.0.113.7, 10.1.9.9', address: '203.0.113.7', countedBy: '203.0.113.7' },
    {
      note: 'a lie before them',
      path: '1.2.3.4, 203.0.113.7, 10.1.0.1',
      address: '203.0.113.7',
      countedBy: '203.0.113.7',
    },
    {
      note: 'a proxy’s address as a lie',
      path: '10.1.0.9, 203.0.113.7',
      address: '203.0.113.7',
      countedBy: '203.0.113.7',
    },
    { note: 'IPv6', path: '2001:db8::9', address: '2001:db8::9', countedBy: '2001:db8:0:0::/64' },
    { note: 'the proxies alone', path: '10.1.0.9, 10.1.0.1', address: '10.1.4.4', countedBy: undefined },
    { note: 'no word', path: undefined, address: '10.1.4.4', countedBy: undefined },
    { note: 'no address', path: 'unknown', address: '10.1.4.4', countedBy: undefined },
  ])('$note: $path', ({ path, address, countedBy }) => {
    const headers: Record<string, string> = path === undefined ? {} : { 'x-forwarded-for': path }
    expect(peerOf(from('10.1.4.4', headers), proxies)).toMatchObject({ address, countedBy })
  })

  test('who comes past them is itself', () => {
    const peer = peerOf(from('10.2.0.1', { 'x-forwarded-for': '1.2.3.4' }), proxies)
    expect(peer).toMatchObject({ address: '10.2.0.1', countedBy: '10.2.0.1' })
    expect(peerOf(from('fd00::5', { 'x-forwarded-for': '1.2.3.4' }), proxies).address).toBe('1.2.3.4')
  })

  test('whether the client came over TLS is theirs to say', () => {
    const headers = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }
    expect(peerOf(from('::ffff:10.1.0.1', headers), proxies).secure).toBe(true)
    expect(peerOf(from('10.1.0.1', { 'x-forwarded-proto': 'http' }), proxies).secure).toBe(false)
  })
})

test.each([
  'proxy',
  '10.0.0.0/33',
  '10.0.0.0/8/8',
  '10.0.0/8',
  '::/129',
  '10.0.0.0/x',
  '',
  '0.0.0.0/0',
  '::/0',
])('what cannot be a proxy is refused: %s', (entry) => {
  expect(() => trustedProxies([entry])).toThrow(entry.endsWith('/0') ? 'is everybody' : 'is no address')
})
