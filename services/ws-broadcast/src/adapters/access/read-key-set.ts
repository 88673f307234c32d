import { readFile } from 'node:fs/promises'
import type { JSONWebKeySet } from 'jose'

const withinMs = 5_000
/** A set holds a handful of keys; more than this is something else. */
const maxChars = 256 * 1024

/** Reads a key set from a file, or over HTTP from where its issuer publishes it. */
export async function readKeySet(place: { readonly file: string } | { readonly url: string }) {
  return parse('file' in place ? await readFile(place.file, 'utf8') : await download(place.url))
}

async function download(url: string): Promise<string> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(withinMs),
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
  })
  if (response.ok) return response.text()
  await response.body?.cancel()
  throw new Error(`the answer was ${response.status}`)
}

function parse(text: string): JSONWebKeySet {
  if (text.length > maxChars) throw new Error('this is too large for a set of keys')
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error('this is no set of keys')
  // createLocalJWKSet checks every key before it is used.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as JSONWebKeySet
}
