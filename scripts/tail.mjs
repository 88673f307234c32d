// npm run tail -- [--channel NAME] [--min-size DOLLARS] [--json] …: whales in the terminal, until Ctrl-C.
import { readFileSync } from 'node:fs'
import { join, resolve as absolute } from 'node:path'
import { withDotenv } from './lib/dotenv.mjs'
import { main } from './lib/steps.mjs'
import { buildWorkspace, installWorkspace, root } from './lib/workspace.mjs'

/** The server that `npm start` runs here, else where it would be. */
function defaultUrl() {
  const env = withDotenv(join(root, '.env'), process.env)
  try {
    const dataDir = absolute(root, env.WHALECAST_DATA_DIR || '.whalecast')
    return JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')).url
  } catch {
    return `http://127.0.0.1:${Number(env.WHALECAST_HTTP_PORT) || 8080}`
  }
}

await main(async () => {
  // Standard output belongs to the frames: others may read them.
  const { log } = console
  console.log = console.error
  await installWorkspace()
  await buildWorkspace('@whalecast/client')
  console.log = log
  const { runTail } = await import('../packages/client/dist/tail/main.js')
  await runTail(process.argv.slice(2), defaultUrl())
})
