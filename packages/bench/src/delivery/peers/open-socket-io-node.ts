import { fileURLToPath } from 'node:url'
import { openSubject, type Subject } from '../../fanout/open-subject.ts'
import { installedPeer } from '../../fanout/peers/peer-cache.ts'

/** The folder with Socket.IO, its Redis adapter and its client, in the versions that are compared. */
export function socketIoPackages(): Promise<string> {
  return installedPeer(
    { name: 'socket.io', version: '4.8.4' },
    { name: '@socket.io/redis-adapter', version: '8.3.0' },
    { name: 'socket.io-client', version: '4.8.4' },
    { name: 'jsonwebtoken', version: '9.0.2' },
  )
}

/** Starts one node; what it is told it emits. */
export function openSocketIoNode(
  redisUrl: string,
  peerDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Subject> {
  const program = fileURLToPath(new URL('./socket-io-node.js', import.meta.url))
  const env = { REDIS_URL: redisUrl, PEER_DIR: peerDir, ...settings }
  return openSubject({ command: process.execPath, args: [program], env }, undefined)
}
