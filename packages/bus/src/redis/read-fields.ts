/** Reading values that came as JSON from a topic: what is missing or of another type becomes a neutral value. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function integer(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
