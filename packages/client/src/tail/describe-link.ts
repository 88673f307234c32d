import type { ClientState } from '../client.ts'
import type { Staleness } from '../freshness.ts'
import type { ServerFrame } from '../server-frame.ts'

/** What a change of the connection's state means; undefined where nobody needs to know. */
export function describeState(state: ClientState, nowMs: number): string | undefined {
  if (state.type === 'connected')
    return `connected to ${state.connection.server_id}, with ${state.connection.scopes.join(', ')}`
  if (state.type === 'disconnected') return `the connection has ended: ${state.reason}`
  if (state.retryAtMs === null) return undefined
  const waitS = Math.max(0, (state.retryAtMs - nowMs) / 1_000).toFixed(1)
  return `no connection: ${state.reason}; attempt ${state.attempt} in ${waitS} s`
}

/** What could not be proved to have come. */
export function describeGap({ data: { channel, from, to, reason } }: ServerFrame<'gap'>): string {
  const what =
    to < from ? 'the end of an earlier log' : from === to ? `entry ${from}` : `entries ${from} to ${to}`
  return `gap in ${channel}: ${what} cannot be had (${reason})`
}

/** How the log channels were taken up again; undefined where none was. */
export function describeResumed({ data: { resumed = {} } }: ServerFrame<'subscribed'>): string | undefined {
  const channels = Object.entries(resumed)
  if (channels.length === 0) return undefined
  const lost = channels.filter(([, { recovered }]) => !recovered).map(([name]) => name)
  return lost.length === 0
    ? `taken up again without a loss: ${channels.map(([name]) => name).join(', ')}`
    : `taken up again, with a gap: ${lost.join(', ')}`
}

export function describeStaleness({ channel, stale, ageMs }: Staleness): string {
  const what = channel ?? 'the connection'
  return stale
    ? `${what} is silent: nothing new for ${(ageMs / 1_000).toFixed(0)} s`
    : `${what} is heard again`
}
