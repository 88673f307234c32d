// npm run verify: every rule of the house that a tool can keep.
import { elapsedSeconds, main, run, step } from './lib/steps.mjs'
import { installWorkspace, root, toolEnv } from './lib/workspace.mjs'

const inRoot = { cwd: root, env: toolEnv }

await main(async () => {
  await installWorkspace()
  await step('format', () => run('oxfmt', ['--check', '.'], inRoot).then(() => undefined))
  await step('lint', () => run('oxlint', ['--type-aware', '--deny-warnings'], inRoot).then(() => undefined))
  await step('types', () =>
    run('turbo', ['run', 'typecheck', '--output-logs=errors-only'], inRoot).then(() => undefined),
  )
  await step('unit tests', () =>
    run('turbo', ['run', 'test', '--output-logs=errors-only'], inRoot).then(() => undefined),
  )
  console.log(`whalecast: verified in ${elapsedSeconds()} s`)
})
