import { KalshiApiError } from '../api-error.ts'
import { isFields, textOf } from '../fields.ts'

type Source = {
  readonly read: (cursor: string | undefined) => Promise<unknown>
  /** Where in the body the rows are. */
  readonly field: string
  readonly signal: AbortSignal | undefined
}

/** Follows the cursor to its end. `parse` drops a row by answering undefined. Ends quietly when the signal aborts. */
export async function* pages<Row>(
  source: Source,
  parse: (row: unknown) => Row | undefined,
): AsyncGenerator<Row[], undefined> {
  const { read, field, signal } = source
  const aborted = () => signal?.aborted === true
  let cursor: string | undefined
  while (!aborted()) {
    let body: unknown
    try {
      body = await read(cursor)
    } catch (error) {
      if (aborted()) return
      throw error
    }
    const rows = isFields(body) ? body[field] : undefined
    if (!Array.isArray(rows)) throw broken('unexpected_body', `The exchange sent no ${field}`)
    yield rows.flatMap((row) => parse(row) ?? [])
    // The last page has an empty cursor, a null one, or none.
    const next = isFields(body) ? textOf(body['cursor']) : null
    if (next === null) return
    if (next === cursor) throw broken('cursor_repeated', 'The exchange sent the same cursor twice')
    cursor = next
  }
}

function broken(code: string, message: string): KalshiApiError {
  return new KalshiApiError(200, { code, message, details: null })
}
