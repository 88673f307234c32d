import { fileURLToPath } from 'node:url'
import type { DialectName } from './loader/dialects.ts'
import { bunProgram, installedPeer } from './peers/peer-cache.ts'
import { inRoot } from '../system/root.ts'

/** How a server is started: the program, and what it has to know. */
export type Launch = {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A server that is measured. */
export type SubjectKind = {
  readonly id: string
  /** As tables show it. */
  readonly name: string
  /** How long it gathers messages before it writes; undefined where it decides that itself. */
  readonly windowMs: number | undefined
  readonly dialect: DialectName
  readonly feed: 'bus' | 'redis topic of the bus'
  /** Rejects with the reason why this subject cannot be measured here. */
  prepare(redisUrl: string): Promise<Launch>
}

const file = (url: URL) => fileURLToPath(url)
type Ours = { readonly windowMs: number; readonly lines?: boolean }

function ours({ windowMs, lines = false }: Ours): SubjectKind {
  return {
    id: `ws-broadcast${windowMs === 0 ? '' : `-${windowMs}ms`}${lines ? '-lines' : ''}`,
    name: `ws-broadcast, everything on${lines ? ', read by lines' : ''}`,
    windowMs,
    dialect: lines ? 'lines' : 'plain',
    feed: 'bus',
    prepare: (redisUrl) =>
      Promise.resolve({
        command: process.execPath,
        args: [file(inRoot('services/ws-broadcast/dist/main.js'))],
        env: {
          REDIS_URL: redisUrl,
          WHALECAST_HTTP_PORT: '0',
          WHALECAST_OPS_PORT: '0',
          LOG_FORMAT: 'json',
          WHALECAST_FLUSH_WINDOW_MS: String(windowMs),
        },
      }),
  }
}

type NodePeer = Pick<SubjectKind, 'id' | 'name' | 'windowMs'> & {
  readonly program: URL
  readonly dialect?: DialectName
  readonly install?: { readonly name: string; readonly version: string }
}

function nodePeer({ id, name, windowMs, program, install, dialect = 'plain' }: NodePeer): SubjectKind {
  return {
    id,
    name,
    windowMs,
    dialect,
    feed: 'redis topic of the bus',
    prepare: async (redisUrl) => ({
      command: process.execPath,
      args: [file(program)],
      env: {
        REDIS_URL: redisUrl,
        ...(install && { PEER_DIR: await installedPeer(install) }),
        ...(windowMs !== undefined && { PEER_WINDOW_MS: String(windowMs) }),
      },
    }),
  }
}

const bun: SubjectKind = {
  id: 'bun',
  name: 'Bun 1.4.5',
  windowMs: undefined,
  dialect: 'plain',
  feed: 'redis topic of the bus',
  prepare: async (redisUrl) => ({
    command: bunProgram(await installedPeer({ name: 'bun', version: '1.4.5' })),
    args: [file(new URL('./peers/bun.js', import.meta.url))],
    env: { REDIS_URL: redisUrl },
  }),
}

/** In the order in which each round measures them. */
export const subjectKinds: readonly SubjectKind[] = [
  ours({ windowMs: 0 }),
  nodePeer({
    id: 'uws',
    name: 'uWebSockets.js 20.30',
    windowMs: undefined,
    program: new URL('./peers/uws.js', import.meta.url),
    install: { name: '@trufflesuite/uws-js-unofficial', version: '20.30.0-unofficial.0' },
  }),
  ours({ windowMs: 5 }),
  ours({ windowMs: 5, lines: true }),
  nodePeer({
    id: 'socket.io',
    name: 'Socket.IO 4.8.4',
    windowMs: 0,
    dialect: 'socket.io',
    program: new URL('./peers/socket-io.js', import.meta.url),
    install: { name: 'socket.io', version: '4.8.4' },
  }),
  nodePeer({
    id: 'ws-loop',
    name: 'ws, serialised once, a loop',
    windowMs: 0,
    program: new URL('./peers/ws-loop.js', import.meta.url),
  }),
  nodePeer({
    id: 'predecessor',
    name: "ws, the predecessor's way",
    windowMs: 0,
    program: new URL('./peers/predecessor.js', import.meta.url),
  }),
  bun,
  nodePeer({
    id: 'ws-bare',
    name: 'ws, shared frames and nothing else',
    windowMs: 0,
    program: new URL('./peers/ws-bare.js', import.meta.url),
  }),
  nodePeer({
    id: 'ws-bare-5ms',
    name: 'ws, shared frames and nothing else',
    windowMs: 5,
    program: new URL('./peers/ws-bare.js', import.meta.url),
  }),
]
