// Who may import whom, and what a service's domain must not touch.
import { dirname, posix } from 'node:path'
import { importsOf, isTestFile, sourceFiles, withoutComments, workspacePackages } from './source-files.mjs'

const scope = '@whalecast/'
const service = ['events', 'bus', 'runtime', 'socket', 'kalshi', 'book', 'fanout']
const anything = Symbol('anything')

/** The table of the architecture. `types` may be imported for their types alone. */
const allowed = {
  'packages/events': { values: [] },
  'packages/runtime': { values: [] },
  'packages/socket': { values: [] },
  'packages/book': { values: [] },
  'packages/delivery': { values: [] },
  'packages/fanout': { values: ['events'] },
  'packages/exchange-sim': { values: [] },
  'packages/bus': { values: ['events'] },
  'packages/kalshi': { values: ['events', 'runtime', 'socket'] },
  'packages/client': { values: ['events/wire', 'socket'], types: ['events'] },
  'packages/console': { values: ['client'] },
  'packages/testkit': { values: ['runtime', 'bus'] },
  'packages/bench': { values: anything },
  e2e: { values: anything },
}

/** What tests may use beside it. The simulator proves something only as long as it shares nothing. */
const forTests = ['testkit', 'exchange-sim']

const rulesOf = (folder) =>
  allowed[folder] ?? (folder.startsWith('services/') ? { values: service } : undefined)

/** Purity: time, chance, environment and I/O are parameters of a domain, never its own doing. */
const impure = [
  [/\bDate\.now\b|\bnew Date\(\s*\)/, 'reads the clock'],
  [/\bperformance\.now\b/, 'reads the clock'],
  [/\bset(?:Timeout|Interval|Immediate)\b/, 'starts a timer'],
  [/\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/, 'rolls dice'],
  [/\bprocess\./, 'touches the process'],
  [/\bconsole\./, 'writes to the console'],
  [/\bfetch\(/, 'talks to the network'],
]

/** Where the environment may be read outside of runtime: the simulator shares no code, tests find their servers. */
const readsEnvironment = ['packages/runtime', 'packages/testkit', 'packages/bench', 'e2e']
const readsEnvironmentFiles = ['packages/exchange-sim/src/main.ts']

function packageProblem(folder, path, { from, typeOnly }) {
  const rules = rulesOf(folder)
  if (!rules) return `${folder} stands in no row of the table in scripts/lib/boundaries.mjs`
  if (rules.values === anything) return undefined
  const target = from.slice(scope.length)
  const [name] = target.split('/')
  const matches = (entry) => entry === target || entry === name
  const own = folder.endsWith(`/${name}`)
  if (own && isTestFile(path)) return undefined
  if (rules.values.some(matches)) return undefined
  if ((typeOnly || isTestFile(path)) && rules.types?.some(matches)) return undefined
  if (isTestFile(path) && forTests.includes(name)) return undefined
  return `imports ${from}${typeOnly ? '' : rules.types?.some(matches) ? ' for more than its types' : ''}, which ${folder} may not`
}

function relativeProblem(path, from) {
  if (!path.includes('/')) return undefined
  const target = posix.normalize(posix.join(dirname(path), from))
  return target.startsWith('..') ? `imports ${from}, which lies in another package` : undefined
}

/** Packages whose entry holds as little of time and I/O as a domain; a second entry may. */
const purePackages = ['book', 'fanout']

function domainProblem(path, { from, typeOnly }) {
  if (from.startsWith('.')) {
    const target = posix.normalize(posix.join(dirname(path), from))
    return target.startsWith('src/domain/') ? undefined : `domain imports ${from}, which is no domain file`
  }
  if (from === 'node:buffer' || from.startsWith(`${scope}events`)) return undefined
  if (purePackages.some((name) => from === `${scope}${name}`)) return undefined
  if (typeOnly && from.startsWith(scope)) return undefined
  return `domain imports ${from}; it may import domain files, events, pure packages and types`
}

function fileProblems(folder, { path, text }) {
  const found = []
  const isDomain = folder.startsWith('services/') && path.startsWith('src/domain/') && !isTestFile(path)
  for (const imported of importsOf(text)) {
    const problem = imported.from.startsWith(scope)
      ? packageProblem(folder, path, imported)
      : imported.from.startsWith('.')
        ? relativeProblem(path, imported.from)
        : undefined
    const problems = [problem, isDomain ? domainProblem(path, imported) : undefined]
    for (const one of problems) if (one) found.push(`${folder}/${path}:${imported.line}: ${one}`)
  }
  for (const [index, line] of withoutComments(text).split('\n').entries()) {
    const say = (what) => found.push(`${folder}/${path}:${index + 1}: ${what}`)
    if (isDomain) for (const [pattern, what] of impure) if (pattern.test(line)) say(`domain ${what}`)
    const free =
      readsEnvironment.includes(folder) ||
      isTestFile(path) ||
      readsEnvironmentFiles.includes(`${folder}/${path}`)
    if (!free && path.startsWith('src/') && /\bprocess\.env\b/.test(line))
      say('reads process.env; take it from the context')
  }
  return found
}

function manifestProblems({ folder, manifest }) {
  const rules = rulesOf(folder)
  if (!rules || rules.values === anything) return []
  const names = [...rules.values, ...(rules.types ?? [])].map((entry) => entry.split('/')[0])
  const check = (field, may) =>
    Object.keys(manifest[field] ?? {})
      .filter((name) => name.startsWith(scope) && !may.includes(name.slice(scope.length)))
      .map((name) => `${folder}/package.json: ${field} name ${name}, which ${folder} may not import`)
  return [...check('dependencies', names), ...check('devDependencies', [...names, ...forTests])]
}

/** Circles among the packages, each once, as the way round. */
function packageCycles(packages) {
  const next = new Map(
    packages.map(({ manifest }) => [
      manifest.name,
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) =>
        name.startsWith(scope),
      ),
    ]),
  )
  const done = new Set()
  const cycles = []
  const visit = (name, way) => {
    const at = way.indexOf(name)
    if (at >= 0) return cycles.push([...way.slice(at), name].join(' → '))
    if (done.has(name)) return undefined
    for (const other of next.get(name) ?? []) visit(other, [...way, name])
    return done.add(name)
  }
  for (const name of next.keys()) visit(name, [])
  return cycles.map((cycle) => `packages import each other in a circle: ${cycle}`)
}

/** Everything in the workspace under `root` that breaks a boundary, one line each. */
export function boundaryProblems(root) {
  const packages = workspacePackages(root)
  return [
    ...packageCycles(packages),
    ...packages.flatMap(manifestProblems),
    ...packages.flatMap(({ folder }) =>
      sourceFiles(root, folder).flatMap((file) => fileProblems(folder, file)),
    ),
  ]
}
