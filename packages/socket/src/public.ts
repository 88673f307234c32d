export { Backoff, type BackoffOptions } from './backoff.ts'
export {
  ClosedError,
  ConnectFailedError,
  HandshakeError,
  IdleError,
  OverflowError,
  ReconnectError,
  SocketError,
} from './errors.ts'
export type { IdleOptions } from './idle-watchdog.ts'
export type { ReconnectingSocket, SocketEvent, SocketOptions, SocketState } from './socket-options.ts'
export { systemTime, type SocketTime } from './time.ts'
