import { Backoff, type SocketTime } from '@whalecast/socket'
import { isAxiosError } from 'axios'
import { clockErrorCode, KalshiApiError, parseErrorBody } from '../api-error.ts'
import type { ExchangeClock } from '../exchange-clock.ts'
import type { TokenBucket } from './token-bucket.ts'
import { wait } from './wait.ts'

/** What the exchange charges for a read. */
const readCost = 10
// Spread over some 10 s: longer than its hiccups, shorter than what a caller would call hanging.
const maxAttempts = 6

type RequestsOptions = {
  readonly bucket: TokenBucket
  readonly clock: ExchangeClock
  readonly time: SocketTime
  readonly random: () => number
}

/** Makes calls within the budget, again where that can help, and turns every failure into one kind of error. */
export class Requests {
  readonly #options: RequestsOptions

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  /** The body of the answer. Rejects with KalshiApiError, or with the signal's reason. */
  async read<Body>(call: () => Promise<{ readonly data: Body }>, signal?: AbortSignal): Promise<Body> {
    const { bucket, time, random } = this.#options
    const backoff = new Backoff({ baseMs: 500, capMs: 8_000, random })
    // The exchange refills its budget with time only, so the immediate first retry is left out.
    backoff.next()
    let clockWasSet = false
    for (let attempt = 1; ; attempt += 1) {
      await bucket.take(readCost, signal)
      try {
        return (await call()).data
      } catch (error) {
        signal?.throwIfAborted()
        const failure = apiErrorOf(error)
        if (!clockWasSet && this.#learnsTime(failure, error)) {
          clockWasSet = true
          continue
        }
        if (!failure.retryable || attempt >= maxAttempts) throw failure
        await wait(backoff.next(), time, signal)
      }
    }
  }

  /**
   * The body of the answer to something that must not happen twice: called once, and again only when the signature was
   * refused for its time, before anything was done. Rejects with KalshiApiError; without a status, or with one of 500
   * and above, nobody knows whether it happened.
   */
  async once<Body>(
    call: () => Promise<{ readonly data: Body }>,
    { cost, signal }: { readonly cost: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Body> {
    for (let clockWasSet = false; ; clockWasSet = true) {
      await this.#options.bucket.take(cost, signal)
      try {
        return (await call()).data
      } catch (error) {
        const failure = apiErrorOf(error)
        if (clockWasSet || !this.#learnsTime(failure, error)) throw failure
      }
    }
  }

  #learnsTime(failure: KalshiApiError, error: unknown): boolean {
    return failure.code === clockErrorCode && this.#options.clock.learn(dateOf(error))
  }
}

function apiErrorOf(error: unknown): KalshiApiError {
  if (!isAxiosError<unknown>(error)) throw error
  const { response } = error
  if (response !== undefined) {
    return new KalshiApiError(response.status, parseErrorBody(response.status, response.data))
  }
  // Its cause and not axios's own error, which carries the signed headers into every log.
  const body = { code: error.code ?? 'no_answer', message: error.message, details: null }
  return new KalshiApiError(null, body, { cause: error.cause })
}

function dateOf(error: unknown): string | undefined {
  const date: unknown = isAxiosError(error) ? error.response?.headers['date'] : undefined
  return typeof date === 'string' ? date : undefined
}
