// npm test: installs what is missing, runs every tier, closes with one line of counts.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './lib/chromium.mjs'
import { ensureTestRedis } from './lib/redis-server.mjs'
import { runScriptTests } from './lib/script-tests.mjs'
import { workspacePackages } from './lib/source-files.mjs'
import { UserError, elapsedSeconds, main, run, say, step } from './lib/steps.mjs'
import { missingTestPrograms } from './lib/test-programs.mjs'
import { buildWorkspace, installWorkspace, root, toolEnv } from './lib/workspace.mjs'

const folders = workspacePackages(root).map(({ folder }) => join(root, folder))
const total = { passed: 0, failed: 0, skipped: 0 }
const failures = []

function add(counts) {
  for (const key of Object.keys(total)) total[key] += counts[key]
}

/** Runs one tier to its end, whatever becomes of it. */
async function tier(name, work) {
  const failedBefore = total.failed
  try {
    await work()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    failures.push(`${name}: ${error.message}`)
    // A tier that broke before it could count a test must not read as "0 failed".
    if (total.failed === failedBefore) total.failed++
  }
}

async function packageTests(task, file, { concurrency, env = {} }) {
  try {
    const options = ['--continue', `--concurrency=${concurrency}`, '--output-logs=new-only']
    await run('turbo', ['run', task, ...options], { cwd: root, env: { ...toolEnv, ...env }, show: true })
  } finally {
    for (const folder of folders) {
      const path = join(folder, '.results', file)
      if (existsSync(path)) add(JSON.parse(readFileSync(path, 'utf8')))
    }
  }
}

async function scriptTests(folder, env) {
  try {
    add(await runScriptTests(folder, { env }))
  } catch (error) {
    if (error.counts) add(error.counts)
    throw error
  }
}

await main(async () => {
  await installWorkspace()
  await step('found Redis for the tests', ensureTestRedis)
  let browser
  await step('looked for Chromium', async () => (browser = await findChromium()) ?? 'none')
  let missing = []
  await step('looked for Prometheus and HAProxy', async () => {
    missing = await missingTestPrograms()
    return missing.length > 0 ? `without ${missing.join(' and ')}` : undefined
  })
  for (const folder of [...folders, root]) rmSync(join(folder, '.results'), { recursive: true, force: true })

  await tier('unit tests', () => packageTests('test', 'unit.json', { concurrency: 2 }))
  await tier('tests of the scripts', () => scriptTests('scripts/tests', toolEnv))
  await tier('build', buildWorkspace)
  // What follows runs built processes, measures time and takes over processes: one package at a time.
  await tier('integration tests', () =>
    packageTests('test:integration', 'integration.json', { concurrency: 1 }),
  )
  await tier('end-to-end tests', async () => {
    await scriptTests('scripts/tests-on-build', toolEnv)
    const env = browser ? { CHROMIUM_PATH: browser } : {}
    await packageTests('test:e2e', 'e2e.json', { concurrency: 1, env })
  })

  say(`all tiers took ${elapsedSeconds()} s`)
  if (!browser) say('browser tests were skipped: no Chromium (set CHROMIUM_PATH, or install chromium)')
  for (const what of missing) say(`tests that ask it were skipped: no ${what}`)
  for (const failure of failures) console.error(`whalecast: FAILED: ${failure}`)
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  if (failures.length > 0) process.exitCode = 1
  else if (total.passed === 0) throw new UserError('no test ran')
})
