import { fileURLToPath } from 'node:url'
import { openSubject, type Subject } from '../fanout/open-subject.ts'
import { inRoot } from '../system/root.ts'

export type Replica = Subject & { readonly url: string }

/** Starts one ws-broadcast on a free port; resolves once it listens. */
export async function openReplica(
  redisUrl: string,
  { env = {}, core }: { readonly env?: Readonly<Record<string, string>>; readonly core?: number } = {},
): Promise<Replica> {
  const subject = await openSubject(
    {
      command: process.execPath,
      args: [fileURLToPath(inRoot('services/ws-broadcast/dist/main.js'))],
      env: {
        REDIS_URL: redisUrl,
        WHALECAST_HTTP_PORT: '0',
        WHALECAST_OPS_PORT: '0',
        LOG_FORMAT: 'json',
        ...env,
      },
    },
    core,
  )
  return { ...subject, url: `ws://127.0.0.1:${subject.port}/ws` }
}
