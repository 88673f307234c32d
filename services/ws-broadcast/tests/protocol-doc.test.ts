import { expect, test } from '@jest/globals'
import { readFile } from 'node:fs/promises'
import {
  clientFrameSchema,
  closeCodes,
  errorCode,
  serverFrames,
  shouldReconnect,
  wireChannels,
} from '@whalecast/events'
import { checkFrame } from './support/documents.ts'

const page = await readFile(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')

/** The JSON examples that are marked as a frame of the server or of a client. */
const examples = [...page.matchAll(/```json (server|client)\n([\s\S]*?)```/g)].map(([, from, text = '']) => ({
  from,
  frame: JSON.parse(text),
}))

test('every example of a frame on the page is one', () => {
  expect(examples.length).toBeGreaterThan(6)
  for (const { from, frame } of examples)
    if (from === 'server') checkFrame(frame)
    else clientFrameSchema.parse(frame)
})

/** The cells of each row of the table under a heading. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

test('its table of channels is that of the code', () => {
  const written = rowsUnder('Channels').map(([names = '', kind, , , on, scope = '']) => [
    names.replaceAll('`', ''),
    kind,
    on,
    scope.replaceAll('`', ''),
  ])
  const nameOf = (name: string, perMarket: string) =>
    perMarket === 'no' ? name : perMarket === 'only' ? `${name}:{ticker}` : `${name}, ${name}:{ticker}`
  const known = Object.entries(wireChannels).map(([name, { class: kind, onByDefault, perMarket, scope }]) => [
    nameOf(name, perMarket),
    kind,
    onByDefault ? 'yes' : 'no',
    scope,
  ])
  expect(written).toEqual(known)
  const shown = rowsUnder('Channels').map(([, , , first]) => first?.split(' ', 1)[0])
  const snapshots = Object.values(wireChannels).map(({ snapshot, class: kind }) =>
    kind === 'latest' ? 'newest' : String(snapshot),
  )
  expect(shown).toEqual(snapshots)
})

test('it names every frame, every error and every close code', () => {
  for (const type of Object.keys(serverFrames)) expect(page).toContain(`\`${type}\``)
  for (const option of clientFrameSchema.options) expect(page).toContain(`\`${option.shape.type.value}\``)
  const codes = rowsUnder('Errors').map(([code = '']) => code.replaceAll('`', ''))
  expect(new Set(codes)).toEqual(new Set(errorCode.options))
  const closes = rowsUnder('When the connection ends').flatMap(([written = '', , back = '']) =>
    written.split(', ').map((code) => ({ code: Number(code), back: back.startsWith('yes') })),
  )
  for (const code of Object.values(closeCodes)) expect(closes.map((one) => one.code)).toContain(code)
  for (const { code, back } of closes) expect([code, back]).toEqual([code, shouldReconnect(code)])
})
