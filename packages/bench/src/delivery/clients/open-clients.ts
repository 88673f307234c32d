import { openChild, type Child } from '../../child/open-child.ts'
import type { ClientsCalls } from './clients-calls.ts'

const programs = {
  sdk: new URL('./sdk-clients-process.js', import.meta.url),
  'socket-io': new URL('./socket-io-clients-process.js', import.meta.url),
}

/** A process for clients of one kind: of our SDK, or of Socket.IO's. */
export function openClients(kind: keyof typeof programs): Child<ClientsCalls> {
  return openChild(programs[kind])
}
