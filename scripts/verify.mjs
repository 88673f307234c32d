// npm run verify: every rule of the house that a tool can keep. All of them are tried, all failures told.
import { boundaryProblems } from './lib/boundaries.mjs'
import { bundleClient, bundleProblems, sizeNote } from './lib/client-size.mjs'
import { brokenLinks, houseProblems } from './lib/house-rules.mjs'
import { runScriptTests } from './lib/script-tests.mjs'
import { staleFiles, unreadSettings } from './lib/settings-docs.mjs'
import { UserError, elapsedSeconds, main, run, say, step } from './lib/steps.mjs'
import { installWorkspace, loadSettings, root, toolEnv } from './lib/workspace.mjs'

const tool = async (command, ...args) => {
  await run(command, args, { cwd: root, env: toolEnv })
}

function refuse(problems) {
  if (problems.length > 0) throw new UserError(problems.join('\n'))
}

const guards = {
  format: () => tool('oxfmt', '--check', '.'),
  'lint, with types and import cycles': () => tool('oxlint', '--type-aware', '--deny-warnings'),
  boundaries: () => refuse(boundaryProblems(root)),
  'rules of the house': () => refuse(houseProblems(root)),
  'paths in the documentation': () => refuse(brokenLinks(root)),
  'dead code and dependencies': () => tool('knip', '--no-progress', '--no-config-hints'),
  settings: async () => {
    const settings = await loadSettings()
    refuse([...staleFiles(root, settings), ...unreadSettings(root, settings)])
  },
  'size of the SDK': async () => {
    const bundle = await bundleClient(root)
    refuse(bundleProblems(bundle))
    return sizeNote(bundle)
  },
  types: () => tool('turbo', 'run', 'typecheck', '--continue', '--output-logs=errors-only'),
  'unit tests': () =>
    tool('turbo', 'run', 'test', '--continue', '--concurrency=2', '--output-logs=errors-only'),
  'tests of the scripts': () =>
    runScriptTests('scripts/tests', { env: toolEnv }).then(({ passed }) => `${passed} passed`),
}

await main(async () => {
  await installWorkspace()
  const failed = []
  for (const [name, guard] of Object.entries(guards)) {
    try {
      await step(name, guard)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      failed.push(name)
      say(`${name}: FAILED\n${error.message}\n`)
    }
  }
  if (failed.length > 0) throw new UserError(`not verified: ${failed.join(', ')}`)
  say(`verified in ${elapsedSeconds()} s`)
})
