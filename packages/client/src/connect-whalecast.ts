import type { WhalecastClient } from './client.ts'
import type { ConnectOptions } from './connect-options.ts'
import { LiveClient } from './live-client.ts'
import { pageOf } from './page.ts'

/**
 * Begins to connect and returns at once. The connection is kept until `close()` or until the server answers with
 * a close code that forbids coming back; subscriptions and places in log channels outlive every reconnect.
 */
export function connectWhalecast(options: ConnectOptions): WhalecastClient {
  return new LiveClient(options, pageOf(globalThis))
}
