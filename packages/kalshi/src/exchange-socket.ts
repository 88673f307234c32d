import {
  HandshakeError,
  reconnectingSocket,
  type ReconnectingSocket,
  type SocketError,
  type SocketOptions,
} from '@whalecast/socket'
import { clockErrorCode, parseErrorBody } from './api-error.ts'
import { ExchangeClock } from './exchange-clock.ts'
import type { Signer } from './signer.ts'

// Enough for a credential that is being replaced; not the storm of refused logins that gets an address blocked.
const maxAuthAttempts = 5

export type ExchangeSocketOptions = Omit<SocketOptions, 'url' | 'protocols' | 'headers' | 'shouldRetry'> & {
  readonly wsUrl: string
  readonly signer: Signer
  /** Shared with REST, so that both learn from either. */
  readonly clock?: ExchangeClock
}

/**
 * A socket to the exchange: signed anew at each attempt; a clock that is off is corrected; other refusals of the key
 * (401, 403) stop it after five in a row, everything else never does.
 */
export function exchangeSocket(options: ExchangeSocketOptions): ReconnectingSocket {
  const { wsUrl, signer, clock = new ExchangeClock(options.time?.now), ...rest } = options
  const { pathname } = new URL(wsUrl)
  return reconnectingSocket({
    ...rest,
    url: wsUrl,
    headers: () => signer.headers('GET', pathname, clock.now()),
    shouldRetry(error, attempt) {
      if (!isRefusal(error)) return error.retryable
      if (codeOf(error) === clockErrorCode) clock.learn(error.headers['date'])
      return attempt < maxAuthAttempts
    },
  })
}

function isRefusal(error: SocketError): error is HandshakeError {
  return error instanceof HandshakeError && (error.status === 401 || error.status === 403)
}

function codeOf(error: HandshakeError): string | undefined {
  try {
    return parseErrorBody(error.status, JSON.parse(error.body)).code
  } catch {
    return undefined
  }
}
