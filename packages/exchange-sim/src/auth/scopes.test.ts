import { describe, expect, test } from '@jest/globals'
import { grants, isScope, type Scope } from './scopes.ts'

describe('scopes', () => {
  test.each<[held: Scope[], wanted: Scope, expected: boolean]>([
    [['read'], 'read', true],
    [['read'], 'read::portfolio_balance', true],
    [['read::portfolio_balance'], 'read::portfolio_balance', true],
    [['read::portfolio_balance'], 'read', false],
    [['read'], 'write::trade', false],
    [['read', 'write'], 'write::trade', true],
    [['read', 'write::trade'], 'write::trade', true],
    [['read', 'write::transfer'], 'write::trade', false],
    [['write'], 'read', false],
    [[], 'read', false],
  ])('%j grants %s: %p', (held, wanted, expected) => {
    expect(grants(new Set(held), wanted)).toBe(expected)
  })

  test('a word that is no scope is none', () => {
    expect(['read', 'write::trade', 'admin', 'write::', ''].filter(isScope)).toEqual(['read', 'write::trade'])
  })
})
