import {
  ConnectFailedError,
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
const maxRefusals = 5

export type ExchangeSocketOptions = Omit<SocketOptions, 'url' | 'protocols' | 'headers' | 'shouldRetry'> & {
  readonly wsUrl: string
  readonly signer: Signer
  /** Shared with REST, so that both learn from either. */
  readonly clock?: ExchangeClock
}

/**
 * A socket to the exchange: signed anew at each attempt; a clock that is off is corrected; a key refused (401, 403) five
 * times without a connection in between ends it, and nothing else does.
 */
export function exchangeSocket(options: ExchangeSocketOptions): ReconnectingSocket {
  const { wsUrl, signer, clock = new ExchangeClock(options.time?.now), ...rest } = options
  const { pathname } = new URL(wsUrl)
  let refusals = 0
  return reconnectingSocket({
    ...rest,
    url: wsUrl,
    headers: () => signer.headers('GET', pathname, clock.now()),
    shouldRetry(error) {
      if (!isRefusal(error)) {
        // Only a connection proves that the key is good; a busy or absent server proves nothing.
        if (!(error instanceof HandshakeError || error instanceof ConnectFailedError)) refusals = 0
        // Whatever a gateway answers during an outage, the exchange comes back.
        return true
      }
      if (codeOf(error) === clockErrorCode) clock.learn(error.headers['date'])
      refusals += 1
      return refusals < maxRefusals
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
