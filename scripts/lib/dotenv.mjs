// The file .env: one NAME=value a line. What the environment has already wins over it.
import { existsSync, readFileSync } from 'node:fs'
import { UserError } from './steps.mjs'

const line = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/

function valueOf(text) {
  const quoted = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(text)
  if (quoted) return quoted[1] === '"' ? quoted[2].replaceAll('\\n', '\n') : quoted[2]
  return text.replace(/(^|\s)#.*$/, '').trim()
}

/** The variables in the text of an env file; a line that is none is an error, not skipped. */
export function parseDotenv(text, file = '.env') {
  const found = {}
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const trimmed = raw.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const parts = line.exec(trimmed)
    if (!parts) throw new UserError(`${file}, line ${index + 1}: expected NAME=value`)
    found[parts[1]] = valueOf(parts[2])
  }
  return found
}

/** The environment with what `file` adds to it. */
export function withDotenv(file, env) {
  return existsSync(file) ? { ...parseDotenv(readFileSync(file, 'utf8'), file), ...env } : { ...env }
}
