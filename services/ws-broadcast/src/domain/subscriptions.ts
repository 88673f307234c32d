/**
 * Who listens to what. Adding and removing while a channel's listeners are iterated is safe: who is removed
 * is not visited any more, who is added may be.
 */
export class Subscriptions<Client> {
  readonly #byChannel = new Map<string, Set<Client>>()
  readonly #byClient = new Map<Client, Set<string>>()

  /** False when the client listened already. */
  add(client: Client, channel: string): boolean {
    const channels = getOrMake(this.#byClient, client)
    if (channels.has(channel)) return false
    channels.add(channel)
    getOrMake(this.#byChannel, channel).add(client)
    return true
  }

  /** False when the client did not listen. */
  delete(client: Client, channel: string): boolean {
    const channels = this.#byClient.get(client)
    if (!channels?.delete(channel)) return false
    if (channels.size === 0) this.#byClient.delete(client)
    const listeners = this.#byChannel.get(channel)
    listeners?.delete(client)
    if (listeners?.size === 0) this.#byChannel.delete(channel)
    return true
  }

  /** The client is gone; answers with what it listened to. Idempotent. */
  drop(client: Client): readonly string[] {
    const channels = this.of(client)
    for (const channel of channels) this.delete(client, channel)
    return channels
  }

  /** What a client listens to, in the order in which it asked. */
  of(client: Client): readonly string[] {
    return [...(this.#byClient.get(client) ?? [])]
  }

  /** Whether anybody listens. */
  has(channel: string): boolean {
    return this.#byChannel.has(channel)
  }

  listeners(channel: string): Iterable<Client> {
    return this.#byChannel.get(channel) ?? []
  }
}

function getOrMake<Key, Item>(sets: Map<Key, Set<Item>>, key: Key): Set<Item> {
  const known = sets.get(key)
  if (known) return known
  const made = new Set<Item>()
  sets.set(key, made)
  return made
}
