// Gets from a bare clone to an installed, built workspace with nothing but Node and npm.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError, run, step } from './steps.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '')
const tools = join(root, '.tools')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const pnpmVersion = manifest.packageManager.split('@')[1]

/** Environment in which `pnpm`, `turbo` and every workspace binary are found by name. */
export const toolEnv = {
  ...process.env,
  PATH: [join(tools, 'node_modules/.bin'), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  // Turbo and pnpm must not phone home nor ask questions.
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  CI: process.env.CI ?? '1',
  // With CI set, tools colour what they write into a pipe.
  ...(!process.stdout.isTTY && { NO_COLOR: '1' }),
}

function installedPnpm() {
  const file = join(tools, 'node_modules/pnpm/package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined
}

/** The oldest Node that runs everything: `import.meta.dirname` in the configuration of the tests. */
const oldestNode = [20, 11]

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]))
    throw new UserError(
      `Node ${process.versions.node} is too old: Whalecast needs ${oldestNode.join('.')} or newer`,
    )
}

/** Every file that decides what `pnpm install` does, as one hash. */
function installFingerprint() {
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']
  for (const folder of ['packages', 'services']) {
    if (!existsSync(join(root, folder))) continue
    for (const name of readdirSync(join(root, folder))) files.push(join(folder, name, 'package.json'))
  }
  files.push('e2e/package.json')
  const hash = createHash('sha256')
  for (const file of files.toSorted()) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** Installs pnpm (pinned) into the project and the dependencies with the frozen lockfile, when either is missing. */
export async function installWorkspace() {
  checkNode()
  if (installedPnpm() !== pnpmVersion) {
    await step(`installed pnpm ${pnpmVersion}`, async () => {
      mkdirSync(tools, { recursive: true })
      writeFileSync(join(tools, 'package.json'), '{"private":true}\n')
      await run('npm', [
        'install',
        '--prefix',
        tools,
        '--no-audit',
        '--no-fund',
        '--save-exact',
        `pnpm@${pnpmVersion}`,
      ])
    })
  }
  const stamp = join(root, 'node_modules/.whalecast-install')
  const fingerprint = installFingerprint()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return
  await step('installed dependencies', async () => {
    await run('pnpm', ['install', '--frozen-lockfile'], { cwd: root, env: toolEnv })
    writeFileSync(stamp, fingerprint)
  })
}

/** Builds what changed since the last build: everything, or one package and what it needs. */
export async function buildWorkspace(only) {
  await step(`built ${only ?? 'what changed'}`, async () => {
    const filter = only ? [`--filter=${only}`] : []
    const output = await run('turbo', ['run', 'build', '--output-logs=errors-only', ...filter], {
      cwd: root,
      env: toolEnv,
    })
    const [, cached, total] = /Cached:\s+(\d+) cached, (\d+) total/.exec(output) ?? []
    return total ? `${total - cached} of ${total} packages` : undefined
  })
}

/** The table of settings, from the built runtime. */
export async function loadSettings() {
  await buildWorkspace('@whalecast/runtime')
  const { settings } = await import('../../packages/runtime/dist/settings.js')
  return settings
}
