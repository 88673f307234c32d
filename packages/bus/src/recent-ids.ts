import { createHash } from 'node:crypto'

/** Bytes one id takes when packed. */
export const packedIdBytes = 16

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const wordsPerId = 4
const smallestTable = 1_024

/** Writes an id as 16 bytes: a UUID's own, or the MD5 of anything else. */
function packId(id: string, into: Uint8Array, offset: number): void {
  if (id.length === 36 && uuidForm.test(id)) {
    let at = offset
    for (let index = 0; index < 36; index += 2) {
      if (index === 8 || index === 13 || index === 18 || index === 23) index += 1
      into[at++] = (nibble(id.charCodeAt(index)) << 4) | nibble(id.charCodeAt(index + 1))
    }
    return
  }
  into.set(createHash('md5').update(id).digest(), offset)
}

function nibble(code: number): number {
  return code <= 57 ? code - 48 : (code | 32) - 87
}

/** Open addressing over 4-word slots. A slot of zeros is free, so the id of zeros is stored as a one. */
class Generation {
  readonly startedAt: number
  size = 0
  private slots = new Uint32Array(smallestTable * wordsPerId)
  private mask = smallestTable - 1

  constructor(startedAt: number) {
    this.startedAt = startedAt
  }

  has(id: Uint32Array): boolean {
    return this.holdsAt(this.find(id))
  }

  add(id: Uint32Array): void {
    if ((this.size + 1) * 2 > this.mask + 1) this.grow()
    this.slots.set(id, this.find(id))
    this.size += 1
  }

  private holdsAt(at: number): boolean {
    const { slots } = this
    return (slots[at]! | slots[at + 1]! | slots[at + 2]! | slots[at + 3]!) !== 0
  }

  /** Word index of the id's slot, or of the free slot where it belongs. */
  private find(id: Uint32Array): number {
    const { slots, mask } = this
    const a = id[0]!
    const b = id[1]!
    const c = id[2]!
    const d = id[3]!
    let slot = Math.imul(a ^ (c >>> 3), 0x9e37_79b1) >>> 0
    slot = (slot ^ (slot >>> 15) ^ d) & mask
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
    this.slots = new Uint32Array(old.length * 2)
    this.mask = this.slots.length / wordsPerId - 1
    for (let at = 0; at < old.length; at += wordsPerId) {
      const id = old.subarray(at, at + wordsPerId)
      if ((id[0]! | id[1]! | id[2]! | id[3]!) !== 0) this.slots.set(id, this.find(id))
    }
  }
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
    this.previous = this.current
    this.current = new Generation(now)
  }
}

/** Packs many ids one after another. */
export function packIds(ids: readonly string[]): Uint8Array {
  const packed = new Uint8Array(ids.length * packedIdBytes)
  ids.forEach((id, index) => packId(id, packed, index * packedIdBytes))
  return packed
}
