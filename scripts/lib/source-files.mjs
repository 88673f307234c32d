// The source of the workspace as text: which files there are, what each imports.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

const skipped = new Set(['node_modules', 'dist', '.results', '.turbo', 'fixtures'])
const statement =
  /(?:^|[;\n])\s*(import|export)\s+(type\s+)?((?:[\w*$]|[{},\s])*?)\s*from\s*['"]([^'"]+)['"]|(?:^|[;\n])\s*import\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/g

/** Every package and service: its folder, relative to `root`, and its manifest. */
export function workspacePackages(root) {
  const folders = ['packages', 'services'].flatMap((parent) =>
    existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [],
  )
  return [...folders, 'e2e']
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
    }))
}

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (/\.(ts|tsx|mts|mjs)$/.test(entry.name)) yield path
  }
}

/** The source without comments; strings stay, and so do line numbers. */
export function withoutComments(text) {
  return text.replace(/(['"`])(?:\\[\s\S]|(?!\1)[^\\])*\1|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (match) =>
    /^['"`]/.test(match) ? match : match.replace(/[^\n]/g, ' '),
  )
}

function onlyTypes(isType, names) {
  if (isType) return true
  const inBraces = /^\s*\{([\s\S]*)\}\s*$/.exec(names)
  if (!inBraces) return false
  const each = inBraces[1]
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  return each.length > 0 && each.every((name) => name.startsWith('type '))
}

/** What a source text imports and re-exports: { from, typeOnly, line }. */
export function importsOf(text) {
  const code = withoutComments(text)
  return [...code.matchAll(statement)].map((match) => {
    const [whole, , isType, names = '', from, bare, dynamic] = match
    const at = match.index + whole.length - whole.trimStart().length
    return {
      from: from ?? bare ?? dynamic,
      typeOnly: from !== undefined && onlyTypes(isType, names),
      line: code.slice(0, at).split('\n').length,
    }
  })
}

/** A test, or what only tests use. */
export const isTestFile = (path) =>
  /\.test\.tsx?$|^tests\/|^src\/testing(\/|\.ts$)|^src\/conformance\//.test(path)

/** Every source file of a package, with its path inside the package. */
export function sourceFiles(root, folder) {
  return [...walk(join(root, folder))].map((file) => ({
    path: relative(join(root, folder), file).split(sep).join('/'),
    text: readFileSync(file, 'utf8'),
  }))
}
