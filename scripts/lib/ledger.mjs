// The ledger of what the predecessor got wrong and what it could do: every row is there, and every test it names exists.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { testNames } from './test-names.mjs'

/** Where the ledger lies, from the root. */
export const ledgerPath = 'docs/predecessor.md'

const numbered = (count, prefix) =>
  Array.from({ length: count }, (_, index) => prefix + String(index + 1).padStart(prefix && 2, '0'))
const expected = [...numbered(31, 'MB-'), ...numbered(48, 'X-'), ...numbered(60, '')]
/** Columns of a row: a defect says what it was and what holds instead, a feature only its name; then the tests. */
const columns = (id) => (/^\d/.test(id) ? 3 : 4)

/** A cell that says nothing, whatever stands in it. */
const isEmpty = (cell) => /^(?:[-–—.…?]*|todo|tbd|none|n\/a)$/i.test(cell)
const proof = /^`([^`\s]+)` › (\S.*)$/
const isTestFile = (path) => /\.test\.(?:ts|tsx|mjs)$|\/conformance\/[\w-]+\.ts$/.test(path)

/** The rows of every table of a Markdown text, without heads and rules. */
function rowsOf(text) {
  const rows = []
  let previous = ''
  for (const [index, line] of text.split('\n').entries()) {
    const cells = line.startsWith('|')
      ? line
          .replace(/^\||\|\s*$/g, '')
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim().replaceAll('\\|', '|'))
      : []
    const isRule = cells.length > 0 && cells.every((cell) => /^:?-+:?$/.test(cell))
    if (isRule && previous === 'row') rows.pop()
    else if (cells.length > 0) rows.push({ line: index + 1, cells })
    previous = cells.length > 0 ? 'row' : ''
  }
  return rows
}

/** Whether a test stands in `names` under the given path of describes and title, its end at least. */
function matches(names, wanted) {
  return names.filter(
    (name) =>
      name.length >= wanted.length && wanted.every((part, at) => part === name.at(at - wanted.length)),
  )
}

/** Everything that is wrong with the ledger of the tree in `root`. */
export async function ledgerProblems(root) {
  const problems = []
  const seen = new Set()
  const known = new Map()
  const namesIn = async (path) => {
    if (!known.has(path))
      known.set(path, await testNames(readFileSync(join(root, path), 'utf8'), { tsx: path.endsWith('x') }))
    return known.get(path)
  }
  const problemOf = async (entry) => {
    const [, path, name] = proof.exec(entry) ?? []
    if (path === undefined) return `not of the form \`path\` › test: ${entry}`
    if (!isTestFile(path)) return `not a file of tests: ${path}`
    if (!existsSync(join(root, path))) return `no file ${path}`
    const found = matches(await namesIn(path), name.split(' › '))
    if (found.length === 0) return `no test in ${path} is called: ${name}`
    if (found.length > 1) return `several tests in ${path} are called so, say under which describe: ${name}`
    return undefined
  }
  for (const { line, cells } of rowsOf(readFileSync(join(root, ledgerPath), 'utf8'))) {
    const [id] = cells
    const tell = (problem) => problems.push(`${ledgerPath}:${line}: ${id}: ${problem}`)
    if (!expected.includes(id)) {
      tell('no such row')
      continue
    }
    if (seen.has(id)) tell('stands there twice')
    seen.add(id)
    if (cells.length !== columns(id)) tell(`${cells.length} cells instead of ${columns(id)}`)
    if (cells.some(isEmpty)) tell('an empty cell')
    for (const entry of cells.at(-1).split('<br>')) {
      const problem = await problemOf(entry.trim())
      if (problem) tell(problem)
    }
  }
  const missing = expected.filter((id) => !seen.has(id))
  return [...problems, ...missing.map((id) => `${ledgerPath}: ${id} is missing`)]
}
