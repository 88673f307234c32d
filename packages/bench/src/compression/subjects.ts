import { fileURLToPath } from 'node:url'
import { batchSubprotocol } from '@whalecast/events/wire'
import type { Launch } from '../fanout/subjects.ts'
import { inRoot } from '../system/root.ts'
import type { Reading } from './clients/book-client.ts'

/** A server, and how its clients read it. */
export type SubjectKind = {
  readonly id: SubjectId
  /** As tables show it. */
  readonly name: string
  readonly reading: Reading
  launch(redisUrl: string): Launch
}

const subjectIds = ['raw', 'once', 'each', 'changes', 'changes-raw', 'changes-lines', 'takeover'] as const
export type SubjectId = (typeof subjectIds)[number]

/** Both sides gather nothing: what is measured is what a message costs. */
const ours = (compression: 'on' | 'off') => (redisUrl: string) => ({
  command: process.execPath,
  args: [fileURLToPath(inRoot('services/ws-broadcast/dist/main.js'))],
  env: {
    REDIS_URL: redisUrl,
    WHALECAST_HTTP_PORT: '0',
    WHALECAST_OPS_PORT: '0',
    LOG_FORMAT: 'json',
    WHALECAST_FLUSH_WINDOW_MS: '0',
    WHALECAST_COMPRESSION: compression,
  },
})

const wsPeer = (takeover: 'on' | 'off') => (redisUrl: string) => ({
  command: process.execPath,
  args: [fileURLToPath(new URL('./peers/ws-deflate.js', import.meta.url))],
  env: { REDIS_URL: redisUrl, PEER_TAKEOVER: takeover },
})

/** In the order in which each round measures them. */
export const subjectKinds: readonly SubjectKind[] = [
  { id: 'raw', name: 'ws-broadcast', reading: { deflate: false }, launch: ours('off') },
  {
    id: 'once',
    name: 'ws-broadcast, compressed once for all',
    reading: { deflate: true },
    launch: ours('on'),
  },
  {
    id: 'each',
    name: '`ws`, compressed for each client',
    reading: { deflate: true },
    launch: wsPeer('off'),
  },
  {
    id: 'changes',
    name: 'ws-broadcast, changes, compressed once for all',
    reading: { deflate: true, delta: true },
    launch: ours('on'),
  },
  {
    id: 'changes-raw',
    name: 'ws-broadcast, changes',
    reading: { deflate: false, delta: true },
    launch: ours('off'),
  },
  {
    id: 'changes-lines',
    name: 'ws-broadcast, changes, compressed once, by lines',
    reading: { deflate: true, delta: true, protocol: batchSubprotocol },
    launch: ours('on'),
  },
  {
    id: 'takeover',
    name: '`ws`, a compressed stream for each client',
    reading: { deflate: true },
    launch: wsPeer('on'),
  },
]
