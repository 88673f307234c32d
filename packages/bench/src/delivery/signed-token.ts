import { createHmac } from 'node:crypto'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT (HS256) that holds for an hour and opens what everybody may see. */
export function signedToken(secret: string, subject: string): string {
  const nowS = Math.floor(Date.now() / 1_000)
  const claims = { sub: subject, scope: 'market', iat: nowS, exp: nowS + 3_600 }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
