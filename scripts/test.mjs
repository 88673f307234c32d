// npm test: installs what is missing, runs every tier, closes with one line of counts.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { UserError, elapsedSeconds, main, run } from './lib/steps.mjs'
import { installWorkspace, root, toolEnv } from './lib/workspace.mjs'

const tiers = [{ task: 'test', file: 'unit.json' }]

function packageFolders() {
  const under = (folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name))
  return [
    ...under('packages'),
    ...(existsSync(join(root, 'services')) ? under('services') : []),
    join(root, 'e2e'),
  ]
}

function counts() {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const folder of packageFolders()) {
    for (const { file } of tiers) {
      const path = join(folder, '.results', file)
      if (!existsSync(path)) continue
      const found = JSON.parse(readFileSync(path, 'utf8'))
      for (const key of Object.keys(total)) total[key] += found[key]
    }
  }
  return total
}

await main(async () => {
  await installWorkspace()
  for (const folder of packageFolders()) rmSync(join(folder, '.results'), { recursive: true, force: true })
  let failure
  for (const { task } of tiers) {
    try {
      await run('turbo', ['run', task, '--continue', '--concurrency=2', '--output-logs=new-only'], {
        cwd: root,
        env: toolEnv,
        show: true,
      })
    } catch (error) {
      failure ??= error
    }
  }
  const { passed, failed, skipped } = counts()
  console.log(`whalecast: all tiers took ${elapsedSeconds()} s`)
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  if (failure) throw failure
  if (passed === 0) throw new UserError('no test ran')
})
