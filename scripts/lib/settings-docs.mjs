// docs/settings.md and .env.example: both come out of the one table of settings.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sourceFiles, withoutComments, workspacePackages } from './source-files.mjs'

const groups = [
  { title: 'Whalecast', pattern: /^(REDIS_URL|WHALECAST_)/ },
  { title: 'Whales', pattern: /^WHALE_/ },
  { title: 'Trading', pattern: /^(TRADING|PAPER|EXECUTOR)_/ },
  { title: 'The exchange', pattern: /^KALSHI_/ },
  { title: 'The simulator', pattern: /^SIM_/ },
  { title: 'The log', pattern: /^LOG_/ },
]

const shownDefault = ({ shown, default: value }) => shown ?? (value === undefined ? '' : String(value))

function grouped(settings) {
  const entries = Object.entries(settings)
  const left = entries.filter(([name]) => !groups.some(({ pattern }) => pattern.test(name)))
  return [
    ...groups.map(({ title, pattern }) => ({ title, rows: entries.filter(([name]) => pattern.test(name)) })),
    { title: 'Others', rows: left },
  ].filter(({ rows }) => rows.length > 0)
}

function table(rows) {
  const cells = [
    ['variable', 'default', 'meaning', 'read by'],
    ...rows.map(([name, setting]) => [
      `\`${name}\``,
      shownDefault(setting) || '–',
      setting.meaning,
      setting.usedBy.join(', '),
    ]),
  ].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => [...row[column]].length)))
  const line = (row) =>
    `| ${row.map((cell, column) => cell + ' '.repeat(widths[column] - [...cell].length)).join(' | ')} |`
  return [line(cells[0]), line(widths.map((width) => '-'.repeat(width))), ...cells.slice(1).map(line)].join(
    '\n',
  )
}

/** The page with every setting, its default and its meaning. */
export function settingsPage(settings) {
  const sections = grouped(settings).map(({ title, rows }) => `## ${title}\n\n${table(rows)}`)
  return `# Settings

Every variable that Whalecast reads. \`npm start\` also reads them from the file \`.env\` in the project's root; what the
environment has already wins. An empty variable counts as unset. One that is unknown or cannot be read stops the
process, and the message names all of them at once.

This page and \`.env.example\` come out of the table in \`packages/runtime/src/settings.ts\`: \`npm run settings\`.

${sections.join('\n\n')}
`
}

/** A file to copy to .env: every setting, commented out. */
export function envExample(settings) {
  const sections = grouped(settings).map(({ title, rows }) => {
    const lines = rows.map(([name, setting]) => {
      const value = setting.shown === undefined ? shownDefault(setting) : ''
      const note = setting.shown === undefined ? '' : ` (default: ${setting.shown})`
      return `# ${setting.meaning}${note}\n# ${name}=${value}`
    })
    return `## ${title}\n\n${lines.join('\n\n')}`
  })
  return `# Copy to .env and remove the "# " before what you want to set. Every line shows the default.\n\n${sections.join('\n\n')}\n`
}

/** The generated files: path in the project and content. */
const generatedFiles = (settings) => [
  { path: 'docs/settings.md', content: settingsPage(settings) },
  { path: '.env.example', content: envExample(settings) },
]

export function writeGenerated(root, settings) {
  for (const { path, content } of generatedFiles(settings)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
}

/** Generated files that no longer say what the table says. */
export function staleFiles(root, settings) {
  return generatedFiles(settings)
    .filter(
      ({ path, content }) =>
        !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== content,
    )
    .map(({ path }) => `${path} is not what the table of settings makes of it: npm run settings`)
}

/** Settings that nobody reads, and variables of the simulator that the table does not know. */
export function unreadSettings(root, settings) {
  const ofTheTable = /^src\/(settings|simulator-settings)\.ts$/
  const code = [
    ...workspacePackages(root).flatMap(({ folder }) =>
      sourceFiles(root, folder).filter(
        ({ path }) =>
          path.startsWith('src/') &&
          !path.endsWith('.test.ts') &&
          !(folder === 'packages/runtime' && ofTheTable.test(path)),
      ),
    ),
    ...sourceFiles(root, 'scripts').filter(({ path }) => !path.startsWith('tests/')),
  ].map(({ text }) => withoutComments(text))
  const isRead = (name) => code.some((text) => new RegExp(`\\b${name}\\b`).test(text))
  const simulated = new Set(
    code.flatMap((text) => [...text.matchAll(/'(SIM_[A-Z_]+)'/g)].map(([, name]) => name)),
  )
  simulated.delete('SIM_')
  return [
    ...Object.keys(settings)
      .filter((name) => !isRead(name))
      .map((name) => `${name} stands in the table of settings, but nothing reads it`),
    ...[...simulated]
      .filter((name) => !Object.hasOwn(settings, name))
      .map((name) => `${name} is read by the simulator, but stands in no table`),
  ]
}
