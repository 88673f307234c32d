import { constants, createPublicKey, generateKeyPairSync, verify, type KeyObject } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createSigner, KeyError } from './signer.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const ed25519 = generateKeyPairSync('ed25519')
const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8') => key.export({ format: 'pem', type }).toString()
const rsaPkcs1 = pem(rsa.privateKey, 'pkcs1')
const rsaPkcs8 = pem(rsa.privateKey, 'pkcs8')
const ed25519Pkcs8 = pem(ed25519.privateKey, 'pkcs8')

const rfc8032 = {
  privateKey: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
}
const nowMs = 1_788_000_000_123
const signatureOf = (headers: Record<string, string>) =>
  Buffer.from(headers['KALSHI-ACCESS-SIGNATURE'] ?? '', 'base64')

function verifyRsa(text: string, signature: Buffer, saltLength = 32): boolean {
  const key = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
  return verify('sha256', Buffer.from(text), key, signature)
}

describe('a signature', () => {
  test.each([
    { note: 'PKCS#1', key: rsaPkcs1 },
    { note: 'PKCS#8', key: rsaPkcs8 },
    { note: 'line ends escaped', key: rsaPkcs1.replaceAll('\n', '\\n') },
    { note: 'Windows line ends escaped', key: rsaPkcs8.replaceAll('\n', '\\r\\n') },
    { note: 'Windows line ends', key: rsaPkcs8.replaceAll('\n', '\r\n') },
    { note: 'space around it', key: `\n  ${rsaPkcs8}\n\n` },
  ])('with RSA, key in $note, verifies as PSS with a salt of 32 bytes', ({ key }) => {
    const signer = createSigner('key-1', key)
    const headers = signer.headers('GET', '/trade-api/v2/portfolio/balance', nowMs)
    expect(signer.algorithm).toBe('rsa')
    expect(headers).toMatchObject({
      'KALSHI-ACCESS-KEY': 'key-1',
      'KALSHI-ACCESS-TIMESTAMP': '1788000000123',
    })
    const text = '1788000000123GET/trade-api/v2/portfolio/balance'
    expect(verifyRsa(text, signatureOf(headers))).toBe(true)
    expect(verifyRsa(text, signatureOf(headers), 0)).toBe(false)
    expect(verifyRsa(text.replace('GET', 'PUT'), signatureOf(headers))).toBe(false)
  })

  test.each([
    { note: 'PKCS#8', key: ed25519Pkcs8 },
    { note: 'line ends escaped', key: ed25519Pkcs8.replaceAll('\n', '\\n') },
  ])('with Ed25519, key in $note, verifies', ({ key }) => {
    const signer = createSigner('key-2', key)
    const signature = signatureOf(signer.headers('GET', '/trade-api/ws/v2', nowMs))
    expect(signer.algorithm).toBe('ed25519')
    expect(verify(null, Buffer.from('1788000000123GET/trade-api/ws/v2'), ed25519.publicKey, signature)).toBe(
      true,
    )
  })

  test.each([
    { note: 'the query is left out', method: 'GET', path: '/trade-api/v2/markets?limit=5&cursor=a?b' },
    { note: 'the method is in capitals', method: 'get', path: '/trade-api/v2/markets' },
  ])('$note', ({ method, path }) => {
    const headers = createSigner('key-1', rsaPkcs8).headers(method, path, nowMs + 0.9)
    expect(verifyRsa('1788000000123GET/trade-api/v2/markets', signatureOf(headers))).toBe(true)
  })

  test('by the first key pair of RFC 8032 verifies with the public key printed there', () => {
    const privateDer = `302e020100300506032b657004220420${rfc8032.privateKey}`
    const publicDer = `302a300506032b6570032100${rfc8032.publicKey}`
    const body = Buffer.from(privateDer, 'hex').toString('base64')
    const key = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`
    const signature = signatureOf(createSigner('k', key).headers('GET', '/trade-api/ws/v2', nowMs))
    const publicKey = createPublicKey({ key: Buffer.from(publicDer, 'hex'), format: 'der', type: 'spki' })
    expect(verify(null, Buffer.from('1788000000123GET/trade-api/ws/v2'), publicKey, signature)).toBe(true)
  })
})

describe('a key that cannot sign', () => {
  const encrypted = rsa.privateKey
    .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString()
  test.each([
    { note: 'no key id', id: ' ', key: rsaPkcs8, message: 'key id is empty' },
    { note: 'not PEM', id: 'k', key: 'secret-material', message: 'not in PEM form' },
    { note: 'empty', id: 'k', key: '', message: 'not in PEM form' },
    { note: 'cut off', id: 'k', key: rsaPkcs8.slice(0, 300), message: 'cannot be read' },
    { note: 'with a passphrase', id: 'k', key: encrypted, message: 'encrypted' },
    {
      note: 'public',
      id: 'k',
      key: rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      message: 'public key',
    },
    {
      note: 'of another kind',
      id: 'k',
      key: pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'pkcs8'),
      message: 'not ec',
    },
  ])('$note: says so, without a word of the key', ({ id, key, message }) => {
    const create = () => createSigner(id, key)
    expect(create).toThrow(KeyError)
    expect(create).toThrow(message)
    expect(create).not.toThrow('secret-material')
  })
})
