import { expect, test } from '@jest/globals'
import { Admission, type AdmissionLimits } from './admission.ts'

const open = (over: Partial<AdmissionLimits> = {}) =>
  new Admission({ clients: 1_000, perAddress: 1_000, perHolder: 1_000, acceptPerSecond: 1_000, ...over }, 0)

/** A seat, or the reason why there is none. */
function enter(admission: Admission, address: string | undefined, nowMs = 0) {
  const answer = admission.enter(address, nowMs)
  return 'reason' in answer ? { refused: answer } : { seat: answer }
}

test('connections in all: a place that is given back is free, once', () => {
  const admission = open({ clients: 2 })
  const { seat } = enter(admission, 'a')
  enter(admission, 'b')
  expect(enter(admission, 'c').refused).toMatchObject({ status: 503, reason: 'capacity' })
  seat?.leave()
  seat?.leave()
  expect(admission.seats).toBe(1)
  expect(enter(admission, 'c').refused).toBeUndefined()
  expect(enter(admission, 'd').refused?.reason).toBe('capacity')
})

test('connections of one address: others do not feel it, and who has no address is not counted', () => {
  const admission = open({ perAddress: 2 })
  enter(admission, 'a')
  const { seat } = enter(admission, 'a')
  expect(enter(admission, 'a').refused).toMatchObject({ status: 429, reason: 'address' })
  expect(enter(admission, 'b').refused).toBeUndefined()
  for (let index = 0; index < 5; index++) expect(enter(admission, undefined).refused).toBeUndefined()
  seat?.leave()
  expect(enter(admission, 'a', 5_000).refused).toBeUndefined()
})

test('an address that connects again and again takes no more than its places in ten seconds', () => {
  const admission = open({ perAddress: 10 })
  const turns = (nowMs: number) =>
    Array.from({ length: 20 }, () => {
      const { seat, refused } = enter(admission, 'a', nowMs)
      seat?.leave()
      return refused?.reason
    }).filter((reason) => reason === undefined).length
  expect([turns(0), turns(0), turns(1_000), turns(11_000)]).toEqual([10, 0, 1, 10])
  expect(enter(admission, 'a', 11_000).refused?.reason).toBe('address_rate')
  expect(enter(admission, 'b', 11_000).refused).toBeUndefined()
})

test('a crowd is let in as fast as it can be served, and told to come back one after the other', () => {
  const admission = open({ clients: 10_000, acceptPerSecond: 20 })
  const crowd = Array.from({ length: 180 }, () => enter(admission, undefined).refused)
  expect(crowd.filter((refused) => refused === undefined)).toHaveLength(100)
  expect(crowd[100]).toMatchObject({ status: 503, reason: 'accept_rate', retryAfterSeconds: 1 })
  expect(crowd.at(-1)?.retryAfterSeconds).toBe(4)
  const later = Array.from({ length: 10_000 }, () => enter(admission, undefined, 1_000).refused)
  expect(later.filter((refused) => refused === undefined)).toHaveLength(20)
  expect(later.at(-1)?.retryAfterSeconds).toBe(30)
  // A clock that was set back lets nobody in for nothing.
  expect(enter(admission, undefined, 0).refused?.reason).toBe('accept_rate')
})

test('whoever has to wait for the crowd loses nothing of what its address may take', () => {
  const admission = open({ perAddress: 2, acceptPerSecond: 1 })
  expect(enter(admission, 'a').refused).toBeUndefined()
  for (let index = 0; index < 4; index++) enter(admission, undefined)
  for (let index = 0; index < 5; index++) expect(enter(admission, 'a').refused?.reason).toBe('accept_rate')
  expect(enter(admission, 'a', 1_000).refused).toBeUndefined()
})

test('connections of one owner of tokens, also when one changes hands', () => {
  const admission = open({ perHolder: 1 })
  const [one, two] = [enter(admission, 'a').seat, enter(admission, 'a').seat]
  expect(one?.hold('anna')).toBeUndefined()
  expect(one?.hold('anna')).toBeUndefined()
  expect(two?.hold('anna')).toMatchObject({ status: 429, reason: 'holder' })
  expect(two?.hold('ben')).toBeUndefined()
  expect(one?.hold('ben')?.reason).toBe('holder')
  expect(two?.hold(undefined)).toBeUndefined()
  expect(one?.hold('ben')).toBeUndefined()
  expect(two?.hold('anna')).toBeUndefined()
  one?.leave()
  expect(one?.hold('ben')).toBeUndefined()
  expect(two?.hold('ben')).toBeUndefined()
})

test('addresses are forgotten once nothing is left to count', () => {
  const admission = open({ perAddress: 10 })
  const { seat } = enter(admission, 'a')
  enter(admission, 'b').seat?.leave()
  admission.tick(0)
  expect(admission.addresses).toBe(2)
  admission.tick(1_000)
  expect(admission.addresses).toBe(1)
  seat?.leave()
  admission.tick(2_000)
  expect(admission.addresses).toBe(0)
})
