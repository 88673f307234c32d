import { isFields, textOf } from './fields.ts'

/** What a refusal says, in one shape for the four that the exchange uses. */
export type ErrorBody = {
  /** The exchange's own code, or `http_<status>` where it gave none. New codes come without notice. */
  readonly code: string
  readonly message: string
  readonly details: string | null
}

/** A REST call failed for good, after the retries it was worth. */
export class KalshiApiError extends Error {
  override readonly name = 'KalshiApiError'
  /** Null when no answer came at all. */
  readonly status: number | null
  readonly code: string
  readonly details: string | null
  /** Whether the same call can work later. */
  readonly retryable: boolean

  constructor(status: number | null, body: ErrorBody, options?: ErrorOptions) {
    super(`${body.message} (${status === null ? '' : `HTTP ${status}, `}${body.code})`, options)
    this.status = status
    this.code = body.code
    this.details = body.details
    this.retryable = status === null || status === 408 || status === 429 || status >= 500
  }
}

/** The code that names a clock which is off; its cure is `ExchangeClock.learn`. */
export const clockErrorCode = 'header_timestamp_expired'

/** Reads `{error: {code, message, details}}`, `{code, message, details}`, `{msg}` and `{error: text}`; and anything else. */
export function parseErrorBody(status: number, body: unknown): ErrorBody {
  const outer = isFields(body) ? body : {}
  const inner = isFields(outer['error']) ? outer['error'] : outer
  const message =
    textOf(inner['message']) ?? textOf(outer['msg']) ?? textOf(outer['error']) ?? excerptOf(body)
  return {
    code: textOf(inner['code']) ?? `http_${status}`,
    message: message ?? 'The exchange refused the request',
    details: textOf(inner['details']),
  }
}

function excerptOf(body: unknown): string | null {
  return typeof body === 'string' ? textOf(body.trim().slice(0, 200)) : null
}
