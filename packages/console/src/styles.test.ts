import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const states = [
  'startup',
  'initializing',
  'orderbook_connect',
  'trading_client_connect',
  'kalshi_data_sync',
  'ready',
  'acting',
  'error',
  'shutdown',
  'unknown',
]
const folder = new URL('styles/', import.meta.url)
const css = readdirSync(folder)
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n')

/** What the style sheets say of exactly this selector. */
function styleOf(selector: string): string {
  const at = css.indexOf(`${selector} {`)
  if (at === -1) return ''
  return css.slice(css.indexOf('{', at) + 1, css.indexOf('}', at)).trim()
}

test.each([
  {
    what: 'state of the system',
    selectors: states.map((state) => `.state[data-state='${state}']`),
  },
  {
    what: 'severity of an activity',
    selectors: ['success', 'warning', 'error'].map((level) => `.line[data-level='${level}']`),
  },
  {
    what: 'severity of a whale',
    selectors: ['S2', 'S3', 'S4'].map((severity) => `.severity[data-severity='${severity}']`),
  },
  {
    what: 'status of a whale',
    selectors: ['queued', 'processing', 'processed', 'followed'].map(
      (status) => `.whale-status[data-status='${status}']`,
    ),
  },
  {
    what: 'health of a whole',
    selectors: ['healthy', 'degraded', 'unhealthy'].map((status) => `.overall[data-status='${status}']`),
  },
])('every $what has a look of its own', ({ selectors }) => {
  const looks = selectors.map((selector) => ({ selector, look: styleOf(selector) }))
  expect(looks.filter(({ look }) => look === '')).toEqual([])
  expect(new Set(looks.map(({ look }) => look)).size).toBe(selectors.length)
})

test('every colour and length that is named is defined', () => {
  const named = new Set([...css.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name))
  const defined = new Set([...css.matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name))
  expect(named.size).toBeGreaterThan(20)
  // The share of a bar is set on the bar itself.
  expect([...named].filter((name) => !defined.has(name))).toEqual(['--share'])
})
