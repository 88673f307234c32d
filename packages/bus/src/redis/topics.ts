import type { Redis } from 'ioredis'
import type { Listener, Listening } from '../broker.ts'

type Ears = { readonly listeners: Set<Listener<unknown>>; readonly ready: Promise<unknown> }

/**
 * Redis Pub/Sub, one subscription per topic however many listen. After the connection was away every listener
 * is told so, once the subscriptions stand again.
 */
export class Topics {
  private readonly redis: Redis
  private readonly onError: (error: unknown) => void
  private readonly topics = new Map<string, Ears>()
  private interrupted = false

  constructor(redis: Redis, onError: (error: unknown) => void) {
    this.redis = redis
    this.onError = onError
    redis.on('message', (topic, text) => this.hear(topic, text))
    redis.on('close', () => (this.interrupted = true))
    redis.on('ready', () => void this.resume())
  }

  listen<Entry>(topic: string, parse: (value: unknown) => Entry, listener: Listener<Entry>): Listening {
    const ears = this.topics.get(topic) ?? this.open(topic)
    const own: Listener<unknown> = {
      onEntry: (value) => listener.onEntry(parse(value)),
      onInterrupted: () => listener.onInterrupted?.(),
    }
    ears.listeners.add(own)
    return {
      ready: ears.ready.then(() => undefined),
      end: () => {
        if (!ears.listeners.delete(own) || ears.listeners.size > 0) return
        this.topics.delete(topic)
        if (this.redis.status === 'ready') this.redis.unsubscribe(topic).catch(this.onError)
      },
    }
  }

  private open(topic: string): Ears {
    const ears = { listeners: new Set<Listener<unknown>>(), ready: this.redis.subscribe(topic) }
    this.topics.set(topic, ears)
    ears.ready.catch(() => undefined)
    return ears
  }

  private hear(topic: string, text: string): void {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      // Not one of ours; whoever writes to our topics by hand is told.
      this.onError(error)
      return
    }
    for (const listener of this.topics.get(topic)?.listeners ?? []) listener.onEntry(value)
  }

  private async resume(): Promise<void> {
    if (!this.interrupted) return
    this.interrupted = false
    try {
      const topics = [...this.topics.keys()]
      if (topics.length > 0) await this.redis.subscribe(...topics)
    } catch (error) {
      this.onError(error)
      return
    }
    for (const { listeners } of this.topics.values()) {
      for (const listener of listeners) listener.onInterrupted?.()
    }
  }
}
