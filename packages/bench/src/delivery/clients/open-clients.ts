import { openChild, type Child } from '../../child/open-child.ts'
import type { ClientsCalls } from './clients-calls.ts'

/** A process for clients of one kind: of our SDK, or of Socket.IO's. */
export function openClients(kind: 'sdk' | 'socket-io'): Child<ClientsCalls> {
  return openChild(new URL(`./${kind}-clients-process.js`, import.meta.url))
}
