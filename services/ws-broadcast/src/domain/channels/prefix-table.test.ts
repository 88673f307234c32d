import { expect, test } from '@jest/globals'
import { PrefixTable } from './prefix-table.ts'

test('finds every prefix that a text begins with, and no other', () => {
  const table = new PrefixTable()
  for (const prefix of ['KXNFL', 'KXN', 'KXNBA', 'KXNFLGAME-X', 'KXNFL']) table.add(prefix)
  expect(table.of('KXNFLGAME-1')).toEqual(['KXN', 'KXNFL'])
  expect(table.of('KXNFL')).toEqual(['KXN', 'KXNFL'])
  expect(table.of('KXN')).toEqual(['KXN'])
  expect(table.of('KX')).toEqual([])
  table.delete('KXN')
  table.delete('KXNFL')
  table.delete('KXNFL')
  expect(table.of('KXNFLGAME-1')).toEqual([])
  expect(table.of('KXNBA-2')).toEqual(['KXNBA'])
})
