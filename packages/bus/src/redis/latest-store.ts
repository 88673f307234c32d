import type { LatestEntry, Listener, Listening, SetLatest } from '../broker.ts'
import type { Keys } from './keys.ts'
import { integer, isRecord, text } from './read-fields.ts'
import type { ScriptedRedis } from './scripts.ts'
import type { Topics } from './topics.ts'

/** Latest values, one hash each. */
export class LatestStore {
  private readonly redis: ScriptedRedis
  private readonly topics: Topics
  private readonly keys: Keys

  constructor(redis: ScriptedRedis, topics: Topics, keys: Keys) {
    this.redis = redis
    this.topics = topics
    this.keys = keys
  }

  set({ channel, key, type, ts, data, fence, version }: SetLatest): Promise<'ok' | 'fenced' | 'stale'> {
    const topic = this.keys.latestTopic(channel)
    return this.redis.setLatest(
      this.keys.latest(channel, key),
      type,
      ts,
      data,
      fence.term,
      version,
      key,
      topic,
    )
  }

  async get(channel: string, key: string): Promise<LatestEntry | undefined> {
    const value = await this.redis.hgetall(this.keys.latest(channel, key))
    if (!value['epoch']) return undefined
    return {
      key,
      type: value['type'] ?? '',
      ts: Number(value['ts']),
      epoch: Number(value['epoch']),
      term: Number(value['term']),
      version: Number(value['version']),
      data: JSON.parse(value['data'] ?? 'null'),
    }
  }

  listen(channel: string, listener: Listener<LatestEntry>): Listening {
    return this.topics.listen(this.keys.latestTopic(channel), parseMessage, listener)
  }
}

function parseMessage(value: unknown): LatestEntry {
  const fields = isRecord(value) ? value : {}
  return {
    key: text(fields['key']),
    type: text(fields['type']),
    ts: integer(fields['ts']),
    epoch: integer(fields['epoch']),
    term: integer(fields['term']),
    version: integer(fields['version']),
    data: fields['data'],
  }
}
