import { Buffer } from 'node:buffer'

/** HS256 asks for as many bytes as its hash has (RFC 7518, 3.2); a shorter secret can be found by trying. */
const leastBytes = 32
/** Random text of that length has far more; a phrase repeated has less. */
const leastDifferent = 12

/** Why a secret that tokens are signed with cannot be used; undefined for a good one. Never repeats it. */
export function secretProblem(
  secret: string,
  { public: isPublic }: { readonly public: boolean },
): string | undefined {
  const bytes = Buffer.byteLength(secret)
  const make = '`openssl rand -base64 48` makes a good one'
  if (bytes < leastBytes) return `a secret of ${bytes} bytes can be guessed, it takes ${leastBytes}: ${make}`
  const different = new Set(secret).size
  if (isPublic && different < leastDifferent)
    return `a secret of ${different} different characters is none on an address that others reach: ${make}`
  return undefined
}
