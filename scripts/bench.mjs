// npm run bench -- NAME …: builds what changed and runs a benchmark of packages/bench.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { main } from './lib/steps.mjs'
import { buildWorkspace, installWorkspace, root } from './lib/workspace.mjs'

await main(async () => {
  await installWorkspace()
  await buildWorkspace()
  // The terminal's Ctrl-C reaches the benchmark too; it stops what it started, this only waits.
  const ignored = () => {}
  process.on('SIGINT', ignored)
  const bench = spawn(
    process.execPath,
    [join(root, 'packages/bench/dist/main.js'), ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  process.on('SIGTERM', () => bench.kill('SIGTERM'))
  const [code] = await once(bench, 'exit')
  process.off('SIGINT', ignored)
  process.exitCode = code ?? 1
})
