export const queueName = 'trades'

/** A connection as BullMQ's own documentation makes it. */
export function redisOptions(port: number) {
  return { host: '127.0.0.1', port, maxRetriesPerRequest: null, enableAutoPipelining: false }
}
