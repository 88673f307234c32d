// Rules of the house that neither the linter nor the compiler knows.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isTestFile, sourceFiles, withoutComments, workspacePackages } from './source-files.mjs'

/** Where times may be turned into text: one place for people's eyes, one for logs, and the hours of New York. */
const timeFormatters = new Set([
  'packages/console/src/format.ts',
  'packages/runtime/src/logger.ts',
  'services/ingest/src/domain/trading-hours.ts',
])
/** They import nothing of ours, or are no part of the product. */
const isApart = (path) => /^packages\/(exchange-sim|bench)\//.test(path)

const rules = [
  {
    // A service is complete when it is made: what it needs comes as a parameter, never afterwards.
    applies: (path) => path.startsWith('services/'),
    pattern:
      /^\s+(?:public\s+)?(?:set[A-Z]\w*\([^)]*\)(?::\s*void)?\s*\{|set\s+#?\w+\s*\(|set[A-Z]\w*\s*=\s*(?:async\s*)?\()/gm,
    problem: 'a setter: pass what is needed when the thing is made',
  },
  {
    applies: (path) => !timeFormatters.has(path) && !isApart(path),
    pattern: /\.toISOString\(|\.toLocale(?:Time|Date)?String\(|\bDateTimeFormat\b/g,
    problem: 'turns a time into text: times travel as Unix ms, and only screens and logs format them',
  },
  {
    // The second signal, and the deadline of the first, are the only hurry there is.
    applies: (path) => path !== 'packages/runtime/src/run-service.ts' && !isApart(path),
    pattern: /\bprocess\.exit\(/g,
    problem: 'process.exit: set process.exitCode and let the releases run',
  },
]

/** Every line of the product's source that breaks a rule. */
export function houseProblems(root) {
  const problems = []
  const files = workspacePackages(root).flatMap(({ folder }) =>
    sourceFiles(root, folder).map((file) => ({ ...file, folder })),
  )
  for (const { folder, path: inside, text } of files) {
    if (!inside.startsWith('src/') || isTestFile(inside)) continue
    const path = `${folder}/${inside}`
    const code = withoutComments(text)
    for (const { applies, pattern, problem } of rules) {
      if (!applies(path)) continue
      for (const match of code.matchAll(pattern)) {
        const at = match.index + match[0].length - match[0].trimStart().length
        problems.push(`${path}:${code.slice(0, at).split('\n').length}: ${problem}`)
      }
    }
  }
  return problems
}

const link = /\[[^\]]*\]\(([^)#\s]+)[^)]*\)/g
const quotedPath = /`((?:packages|services|scripts|e2e|docs|deploy)\/[\w./-]+)`/g

function markdownFiles(root, folder = '') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory())
      return /^(node_modules|dist|\..*)$/.test(entry.name) ? [] : markdownFiles(root, path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** Every link to a file and every quoted path of the documentation that leads nowhere. */
export function brokenLinks(root) {
  const problems = []
  for (const path of markdownFiles(root)) {
    const text = readFileSync(join(root, path), 'utf8')
    for (const [, target] of text.matchAll(link)) {
      if (/^[a-z]+:/.test(target)) continue
      if (!existsSync(join(root, dirname(path), target))) problems.push(`${path}: no file ${target}`)
    }
    for (const [, target] of text.matchAll(quotedPath)) {
      if (!existsSync(join(root, target)) && !/\bdist\b/.test(target))
        problems.push(`${path}: no file ${target}`)
    }
  }
  return problems
}
