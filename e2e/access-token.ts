import { createHash } from 'node:crypto'

/** A token of a test, and the setting that makes it valid for these scopes. */
export function accessToken(scopes: string): { readonly token: string; readonly setting: string } {
  const token = 'of-this-test'
  return { token, setting: `test:${createHash('sha256').update(token).digest('hex')}:${scopes}` }
}
