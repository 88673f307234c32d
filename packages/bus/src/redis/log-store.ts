import type { Position } from '@whalecast/events'
import {
  beforeEverything,
  type Append,
  type AppendAnswer,
  type LogListener,
  type Listening,
  type LogEntry,
  type LogPage,
} from '../broker.ts'
import { follows } from '../log-order.ts'
import type { Keys } from './keys.ts'
import { integer, isRecord, text } from './read-fields.ts'
import type { ScriptedRedis } from './scripts.ts'
import type { Topics } from './topics.ts'

/** Log channels on Redis Streams. An entry's stream id is its position: `<epoch>-<offset>`. */
export class LogStore {
  private readonly redis: ScriptedRedis
  private readonly topics: Topics
  private readonly keys: Keys

  constructor(redis: ScriptedRedis, topics: Topics, keys: Keys) {
    this.redis = redis
    this.topics = topics
    this.keys = keys
  }

  async append({ channel, id, type, ts, data, retention, fence }: Append): Promise<AppendAnswer> {
    const { keys } = this
    const answer = await this.redis.appendLog(
      keys.logStream(channel),
      keys.logMeta(channel),
      keys.logIds(channel),
      id,
      type,
      ts,
      data,
      retention,
      fence?.owner ?? '',
      fence?.term ?? 0,
      keys.logTopic(channel),
    )
    if (answer === 'fenced') return { status: 'fenced' }
    const [status, position = ''] = answer.split(':')
    return { status: 'ok', position: parsePosition(position), duplicate: status === 'known' }
  }

  async readAfter(channel: string, after: Position, limit: number): Promise<LogPage> {
    const page = await this.readPage(channel, after, limit)
    if (page) return page
    // Nothing at it and nothing behind it: only the log's own word tells whether it ever came so far.
    const head = await this.head(channel)
    if (head.epoch === after.epoch && head.offset === after.offset) return { entries: [], contiguous: true }
    // It may have moved between the two questions.
    return (await this.readPage(channel, after, limit)) ?? { entries: [], contiguous: false }
  }

  async readNewest(channel: string, limit: number): Promise<readonly LogEntry[]> {
    if (limit <= 0) return []
    const found = await this.redis.xrevrange(this.keys.logStream(channel), '+', '-', 'COUNT', limit)
    return found.map(parseEntry).toReversed()
  }

  async head(channel: string): Promise<Position> {
    const [epoch, offset] = await this.redis.hmget(this.keys.logMeta(channel), 'epoch', 'offset')
    return epoch && offset ? { epoch: Number(epoch), offset: Number(offset) } : beforeEverything
  }

  listen(channel: string, listener: LogListener): Listening {
    return this.topics.listen(this.keys.logTopic(channel), parseMessage, {
      onEntry: (heard) => {
        if ('beat' in heard) listener.onBeat?.(heard.beat)
        else listener.onEntry(heard)
      },
      onInterrupted: () => listener.onInterrupted?.(),
    })
  }

  async beat(channel: string, restMs: number): Promise<void> {
    const { keys } = this
    await this.redis.beatLog(keys.logMeta(channel), keys.logBeat(channel), restMs, keys.logTopic(channel))
  }

  private async readPage(channel: string, after: Position, limit: number): Promise<LogPage | undefined> {
    const from = `${after.epoch}-${after.offset}`
    // One more: the entry at the position itself, if it is still there, proves that nothing lies between.
    const found = await this.redis.xrange(this.keys.logStream(channel), from, '+', 'COUNT', limit + 1)
    const entries = found.map(parseEntry)
    const first = entries[0]
    if (!first) return undefined
    if (first.position.epoch === after.epoch && first.position.offset === after.offset)
      return { entries: entries.slice(1), contiguous: true }
    return { entries: entries.slice(0, limit), contiguous: follows(after, first) }
  }
}

function parsePosition(id: string): Position {
  const [epoch, offset] = id.split('-')
  return { epoch: Number(epoch), offset: Number(offset) }
}

function parseEntry([position, fields]: [string, string[]]): LogEntry {
  const [, id = '', , type = '', , ts, , prev, , data = 'null'] = fields
  return {
    position: parsePosition(position),
    prev: Number(prev),
    id,
    type,
    ts: Number(ts),
    data: JSON.parse(data),
  }
}

function parseMessage(value: unknown): LogEntry | { readonly beat: Position } {
  const fields = isRecord(value) ? value : {}
  const { beat } = fields
  if (isRecord(beat)) return { beat: { epoch: integer(beat['epoch']), offset: integer(beat['offset']) } }
  return {
    position: { epoch: integer(fields['epoch']), offset: integer(fields['offset']) },
    prev: integer(fields['prev']),
    id: text(fields['id']),
    type: text(fields['type']),
    ts: integer(fields['ts']),
    data: fields['data'],
  }
}
