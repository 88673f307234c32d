// What a container runs: `setup`, `token`, or the process that its command names.
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { opsOffsets } from '../scripts/lib/plan.mjs'
import { UserError } from '../scripts/lib/steps.mjs'
import { containerEnv, places, simulatorIdles } from './container-env.mjs'
import { setUp } from './setup.mjs'

const say = (message) => process.stdout.write(`${message}\n`)

/** Stands where the simulator would: alive, ready, without figures, until it is told to stop. */
function idle() {
  const server = createServer((_request, response) => response.end())
  server.listen(Number(process.env.WHALECAST_OPS_PORT) + opsOffsets['exchange-sim'], '0.0.0.0')
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      server.close()
      server.closeAllConnections()
    })
  say('idle: a real exchange is configured')
}

async function runProcess(name) {
  const folder = name === 'exchange-sim' ? 'packages' : 'services'
  // The process itself becomes this one, so that signals and the exit code are its own.
  process.env = containerEnv(name, process.env)
  process.argv[1] = fileURLToPath(new URL(`../${folder}/${name}/dist/main.js`, import.meta.url))
  await import(process.argv[1])
}

const [name] = process.argv.slice(2)
try {
  if (name === 'setup') setUp(places, say)
  else if (name === 'token') say(readFileSync(places.adminToken, 'utf8').trim())
  else if (name === 'exchange-sim' && simulatorIdles(process.env)) idle()
  else if (Object.hasOwn(opsOffsets, name ?? '')) await runProcess(name)
  else throw new UserError(`the command is one of: setup, token, ${Object.keys(opsOffsets).join(', ')}`)
} catch (error) {
  if (!(error instanceof UserError)) throw error
  process.stderr.write(`whalecast: ${error.message}\n`)
  process.exitCode = 1
}
