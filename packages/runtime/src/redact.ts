const secretName = /key|secret|token|signature|authorization|password|passphrase|cookie|credential/i
const pemBlock = /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g
const urlPassword = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):[^\s@/]+@/gi
const hidden = '[redacted]'
const maxDepth = 8

/** Whether a field or variable of this name may hold something that must not be read in a log. */
export const isSecretName = (name: string): boolean => secretName.test(name)

/** The text without PEM blocks and without passwords in URLs. */
const redactText = (text: string): string =>
  text.replaceAll(pemBlock, hidden).replaceAll(urlPassword, `$1:${hidden}@`)

function errorFields(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error
  return {
    ...Object.fromEntries(Object.entries(error)),
    name,
    message,
    stack,
    ...(cause !== undefined && { cause }),
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/**
 * A copy that can be logged: fields with a secret's name are hidden (numbers and booleans stay: a count
 * of tokens is no secret), strings pass `redactText`, errors become plain fields, cycles are cut.
 */
export function redact(value: unknown, above: readonly object[] = []): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (!isContainer(value)) return value
  if (above.includes(value)) return '[circular]'
  if (above.length >= maxDepth) return '[deep]'
  if (value instanceof Date) return value.getTime()
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  const path = [...above, value]
  if (Array.isArray(value)) return value.map((item) => redact(item, path))
  if (value instanceof Set) return [...value].map((item) => redact(item, path))
  const source =
    value instanceof Error
      ? errorFields(value)
      : value instanceof Map
        ? Object.fromEntries([...value].map(([key, item]) => [String(key), item]))
        : value
  return Object.fromEntries(
    Object.entries(source).map(([name, item]: [string, unknown]) => {
      const secret = isSecretName(name) && (typeof item === 'string' || isContainer(item))
      return [name, secret ? hidden : redact(item, path)]
    }),
  )
}
