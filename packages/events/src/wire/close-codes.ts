/**
 * WebSocket close codes of the browser socket. A client needs no table:
 * 4000–4399 mean "do not come back with the same request", 4400–4999 mean "come back".
 */
export const closeCodes = {
  /** The first message or a later one broke the protocol. */
  protocolError: 4000,
  /** Tokens that nobody has were shown again and again. */
  unauthorized: 4001,
  /** The page's origin or the request's host is not allowed. */
  forbiddenOrigin: 4003,
  /** The client's frames came faster than allowed, again and again. */
  rateLimited: 4029,
  /** Two pings in a row were not answered. */
  pongTimeout: 4401,
  /** The token has ended and no other was shown: come back with a fresh one. */
  tokenExpired: 4402,
  /** The client read too slowly for too long. */
  slowConsumer: 4408,
  /** RFC 6455: the server shuts down or moves the client away. */
  serviceRestart: 1012,
} as const

const standardReconnect: ReadonlySet<number> = new Set([1001, 1006, 1011, 1012, 1013])

/** Whether a client should reconnect after this close code. 1000 is a farewell on purpose. */
export function shouldReconnect(code: number): boolean {
  return standardReconnect.has(code) || (code >= 4400 && code <= 4999)
}
