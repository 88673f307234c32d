import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { packIds, packedIdBytes, RecentIds } from './recent-ids.ts'

const make = (options: { maxIds?: number; windowMs?: number; now?: () => number } = {}) =>
  new RecentIds({ maxIds: 4_000_000, windowMs: 600_000, now: () => 0, ...options })

describe('RecentIds', () => {
  test('an id is new once', () => {
    const ids = make()
    const uuid = randomUUID()
    expect([ids.add(uuid), ids.add(uuid), ids.add(uuid.toUpperCase()), ids.has(uuid)]).toEqual([
      true,
      false,
      false,
      true,
    ])
  })

  test.each(['trade-1', '', 'x'.repeat(64), '00000000-0000-0000-0000-000000000000'])(
    'any form of id is remembered: %j',
    (id) => {
      const ids = make()
      expect([ids.has(id), ids.add(id), ids.add(id)]).toEqual([false, true, false])
    },
  )

  test('agrees with a set over many ids, some of them repeated', () => {
    const ids = make()
    const reference = new Set<string>()
    const pool = Array.from({ length: 20_000 }, () => randomUUID())
    for (let turn = 0; turn < 40_000; turn += 1) {
      const id = pool[((turn * 7919) % 27_000) % pool.length]!
      expect(ids.add(id)).toBe(!reference.has(id))
      reference.add(id)
    }
    expect(ids.size).toBe(reference.size)
  })

  test('an id is known for the whole window and forgotten after two', () => {
    let now = 0
    const ids = make({ windowMs: 1_000, now: () => now })
    ids.add('a')
    now = 1_000
    ids.add('b')
    now = 1_999
    expect(ids.has('a')).toBe(true)
    now = 2_000
    ids.add('c')
    expect(ids.has('a')).toBe(false)
    expect(ids.evicted).toBe(0)
  })

  test('the bound on ids holds, and what went early is counted', () => {
    const ids = make({ maxIds: 100 })
    for (let n = 0; n < 1_000; n += 1) ids.add(`id-${n}`)
    expect(ids.size).toBeLessThanOrEqual(100)
    expect(ids.evicted + ids.size).toBe(1_000)
    expect(ids.has('id-999')).toBe(true)
  })

  test('agrees with the definition over many rotations in the same memory', () => {
    let now = 0
    const ids = make({ windowMs: 1_000, maxIds: 1_000_000, now: () => now })
    const addedAt = new Map<string, number>()
    const told = { known: 0, new: 0 }
    for (let n = 0; n < 60_000; n += 1) {
      now += 1
      const id = `id-${(n * 7919) % (n % 3 === 0 ? 701 : 9_001)}`
      const before = addedAt.get(id)
      const isNew = ids.add(id)
      // Known for the window at the least, forgotten after twice that.
      if (before !== undefined && now - before < 1_000) expect(isNew).toBe(false)
      if (before === undefined || now - before > 2_000) expect(isNew).toBe(true)
      told[isNew ? 'new' : 'known'] += 1
      if (isNew) addedAt.set(id, now)
    }
    expect(told.known).toBeGreaterThan(2_000)
    expect(told.new).toBeGreaterThan(20_000)
    expect(ids.evicted).toBe(0)
    expect(ids.size).toBeLessThanOrEqual(2_001)
  })

  test('packed ids come back as the same ids', () => {
    const uuids = Array.from({ length: 10 }, () => randomUUID())
    const packed = packIds([...uuids, 'other'])
    expect(packed.length).toBe(11 * packedIdBytes)
    const ids = make()
    ids.addPacked(packed)
    expect([...uuids, 'other'].every((id) => ids.has(id))).toBe(true)
    expect(ids.size).toBe(11)
  })
})
