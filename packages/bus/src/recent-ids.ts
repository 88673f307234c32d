import { createHash } from 'node:crypto'

/** Bytes one id takes when packed. */
export const packedIdBytes = 16

const wordsPerId = 4
/**
 * Tables of one generation. Each grows by itself, so that growing never stops the world for longer than
 * copying one of them takes: a few milliseconds where a single table of a million ids takes hundreds.
 */
const tables = 128
const smallestTable = 64

/** Value of every hexadecimal digit by its character code; -1 for what is none. */
const nibbles = new Int8Array(128).fill(-1)
for (const digit of '0123456789abcdefABCDEF') nibbles[digit.charCodeAt(0)] = Number.parseInt(digit, 16)

/** Writes an id as 16 bytes: a UUID's own, or the MD5 of anything else. */
function packId(id: string, into: Uint8Array, offset: number): void {
  if (!packUuid(id, into, offset)) into.set(createHash('md5').update(id).digest(), offset)
}

/** False, with rubbish left behind, when the text is no UUID. */
function packUuid(id: string, into: Uint8Array, offset: number): boolean {
  if (id.length !== 36) return false
  let at = offset
  for (let index = 0; index < 36; index += 2) {
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (id.charCodeAt(index) !== 45) return false
      index += 1
    }
    const high = nibbles[id.charCodeAt(index)] ?? -1
    const low = nibbles[id.charCodeAt(index + 1)] ?? -1
    if ((high | low) < 0) return false
    into[at++] = (high << 4) | low
  }
  return true
}

class Generation {
  startedAt: number
  size = 0
  private readonly tables: Table[] = Array.from({ length: tables }, () => new Table())

  constructor(startedAt: number) {
    this.startedAt = startedAt
  }

  has(id: Uint32Array): boolean {
    return this.tableOf(id).has(id)
  }

  add(id: Uint32Array): void {
    this.tableOf(id).add(id)
    this.size += 1
  }

  /** Forgets everything and begins anew in the same memory, so that a full memory of ids stays as large as it is. */
  restart(startedAt: number): void {
    this.startedAt = startedAt
    this.size = 0
    for (const table of this.tables) table.forget()
  }

  /** By bits that the place within a table does not depend on. */
  private tableOf(id: Uint32Array): Table {
    return this.tables[(id[1]! >>> 16) % tables]!
  }
}

/** Open addressing over 4-word slots. A slot of zeros is free, so the id of zeros is stored as a one. */
class Table {
  private size = 0
  private slots = new Uint32Array(smallestTable * wordsPerId)
  private mask = smallestTable - 1
  /** What it holds was forgotten, but is still to be wiped: only when it is needed, so that nothing waits for all. */
  private stale = false

  forget(): void {
    this.stale = true
    this.size = 0
  }

  has(id: Uint32Array): boolean {
    if (this.stale) return false
    const { slots } = this
    const at = this.find(id)
    return (slots[at]! | slots[at + 1]! | slots[at + 2]! | slots[at + 3]!) !== 0
  }

  add(id: Uint32Array): void {
    if (this.stale) {
      this.slots.fill(0)
      this.stale = false
    }
    if ((this.size + 1) * 2 > this.mask + 1) this.grow()
    const { slots } = this
    const at = this.find(id)
    slots[at] = id[0]!
    slots[at + 1] = id[1]!
    slots[at + 2] = id[2]!
    slots[at + 3] = id[3]!
    this.size += 1
  }

  /** Word index of the id's slot, or of the free slot where it belongs. */
  private find(id: Uint32Array): number {
    const { slots, mask } = this
    const a = id[0]!
    const b = id[1]!
    const c = id[2]!
    const d = id[3]!
    let slot = firstSlot(a, c, d) & mask
    for (;;) {
      const at = slot * wordsPerId
      const s0 = slots[at]!
      const s1 = slots[at + 1]!
      const s2 = slots[at + 2]!
      const s3 = slots[at + 3]!
      if ((s0 | s1 | s2 | s3) === 0 || (s0 === a && s1 === b && s2 === c && s3 === d)) return at
      slot = (slot + 1) & mask
    }
  }

  private grow(): void {
    const old = this.slots
    const slots = new Uint32Array(old.length * 2)
    const mask = slots.length / wordsPerId - 1
    for (let at = 0; at < old.length; at += wordsPerId) {
      const a = old[at]!
      const b = old[at + 1]!
      const c = old[at + 2]!
      const d = old[at + 3]!
      if ((a | b | c | d) === 0) continue
      let slot = firstSlot(a, c, d) & mask
      for (let free = slot * wordsPerId; ; free = slot * wordsPerId) {
        if ((slots[free]! | slots[free + 1]! | slots[free + 2]! | slots[free + 3]!) === 0) break
        slot = (slot + 1) & mask
      }
      const free = slot * wordsPerId
      slots[free] = a
      slots[free + 1] = b
      slots[free + 2] = c
      slots[free + 3] = d
    }
    this.slots = slots
    this.mask = mask
  }
}

/** Where an id begins to look for its slot, before the table's mask. */
function firstSlot(a: number, c: number, d: number): number {
  const mixed = Math.imul(a ^ (c >>> 3), 0x9e37_79b1) >>> 0
  return (mixed ^ (mixed >>> 15) ^ d) >>> 0
}

export type RecentIdsOptions = {
  /** Most ids remembered at once; beyond it the older half goes, counted in `evicted`. */
  readonly maxIds: number
  /** How long an id is remembered at the least, in ms, while `maxIds` allows it. */
  readonly windowMs: number
  readonly now: () => number
}

/**
 * Remembers ids, 16 bytes each, in two generations: an id is known for `windowMs` at the least and twice that
 * at the most, or until `maxIds` forces the older generation out early, which is counted.
 */
export class RecentIds {
  /** Ids forgotten before their window was over. */
  evicted = 0
  private readonly options: RecentIdsOptions
  private current: Generation
  private previous: Generation
  private readonly bytes = new Uint8Array(packedIdBytes)
  private readonly words = new Uint32Array(this.bytes.buffer)

  constructor(options: RecentIdsOptions) {
    this.options = options
    this.current = new Generation(options.now())
    this.previous = new Generation(options.now())
  }

  get size(): number {
    return this.current.size + this.previous.size
  }

  has(id: string): boolean {
    packId(id, this.bytes, 0)
    return this.known()
  }

  /** Remembers the id. False when it was known already. */
  add(id: string): boolean {
    packId(id, this.bytes, 0)
    return this.remember()
  }

  /** Remembers ids packed one after another, as a partition state keeps them. */
  addPacked(packed: Uint8Array): void {
    for (let at = 0; at + packedIdBytes <= packed.length; at += packedIdBytes) {
      this.bytes.set(packed.subarray(at, at + packedIdBytes))
      this.remember()
    }
  }

  private known(): boolean {
    if ((this.words[0]! | this.words[1]! | this.words[2]! | this.words[3]!) === 0) this.words[3] = 1
    return this.current.has(this.words) || this.previous.has(this.words)
  }

  private remember(): boolean {
    if (this.known()) return false
    this.rotate()
    this.current.add(this.words)
    return true
  }

  private rotate(): void {
    const now = this.options.now()
    const over = now - this.current.startedAt >= this.options.windowMs
    const full = this.current.size * 2 >= this.options.maxIds
    if (!over && !full) return
    if (now - this.current.startedAt < this.options.windowMs) this.evicted += this.previous.size
    const oldest = this.previous
    this.previous = this.current
    this.current = oldest
    this.current.restart(now)
  }
}

/** Packs many ids one after another. */
export function packIds(ids: readonly string[]): Uint8Array {
  const packed = new Uint8Array(ids.length * packedIdBytes)
  ids.forEach((id, index) => packId(id, packed, index * packedIdBytes))
  return packed
}
