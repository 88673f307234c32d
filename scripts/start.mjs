// npm start: from a bare clone to the running system, until Ctrl-C.
import { mkdirSync } from 'node:fs'
import { join, resolve as absolute } from 'node:path'
import { withDotenv } from './lib/dotenv.mjs'
import { chooseExchange, simulatorKeys } from './lib/exchange.mjs'
import { opsOffsets, planProcesses, withoutWriteKey } from './lib/plan.mjs'
import { freePorts, requirePort } from './lib/ports.mjs'
import { createProcessLog } from './lib/process-log.mjs'
import { findRedisServer, privateRedis, requireRedis } from './lib/redis-server.mjs'
import { removeRunFile, takeOver, writeRunFile } from './lib/run-file.mjs'
import { Stop } from './lib/stop.mjs'
import { UserError, elapsedSeconds, endRunning, main, say, step } from './lib/steps.mjs'
import { System } from './lib/system.mjs'
import { buildWorkspace, installWorkspace, root } from './lib/workspace.mjs'

/** For tests: the workspace is built already, and a developer's own .env is none of their business. */
const prebuilt = process.argv.includes('--prebuilt')
const noEnvFile = process.argv.includes('--no-env-file')

/** A start that takes longer waits for something outside, and not for the machine. */
const lateMs = 20_000

async function readSettings(env) {
  // Plain Node until here; this is the first thing that needs the build.
  const { ConfigError, readSettings: read } = await import('../packages/runtime/dist/read-settings.js')
  const { settings } = await import('../packages/runtime/dist/settings.js')
  try {
    return read(env, Object.keys(settings))
  } catch (error) {
    throw error instanceof ConfigError ? new UserError(error.message) : error
  }
}

async function choosePorts(settings, simulated) {
  const { WHALECAST_HTTP_HOST: httpHost, WHALECAST_OPS_HOST: opsHost } = settings
  const httpPort = settings.WHALECAST_HTTP_PORT || (await freePorts(httpHost))
  if (settings.WHALECAST_HTTP_PORT)
    await requirePort({
      host: httpHost,
      port: httpPort,
      what: 'the console',
      portVariable: 'WHALECAST_HTTP_PORT',
      hostVariable: 'WHALECAST_HTTP_HOST',
    })
  const opsPort = settings.WHALECAST_OPS_PORT || (await freePorts(opsHost, Object.keys(opsOffsets).length))
  if (settings.WHALECAST_OPS_PORT)
    for (const [name, offset] of Object.entries(opsOffsets)) {
      if (name === 'exchange-sim' && !simulated) continue
      if (name === 'executor' && settings.TRADING_STRATEGY === 'hold') continue
      await requirePort({
        host: opsHost,
        port: opsPort + offset,
        what: `ops endpoint of ${name}`,
        portVariable: 'WHALECAST_OPS_PORT',
        hostVariable: 'WHALECAST_OPS_HOST',
      })
    }
  return { httpPort, opsPort }
}

async function simulatorPlace(settings, dataDir) {
  if (settings.SIM_PORT)
    await requirePort({
      host: settings.SIM_HOST,
      port: settings.SIM_PORT,
      what: 'the simulator',
      portVariable: 'SIM_PORT',
      hostVariable: 'SIM_HOST',
    })
  return { port: settings.SIM_PORT || (await freePorts(settings.SIM_HOST)), ...simulatorKeys(dataDir) }
}

function consoleUrl(host, port) {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}/`
}

async function runSystem(env, settings, stop) {
  const exchange = chooseExchange(env)
  const dataDir = absolute(root, settings.WHALECAST_DATA_DIR)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  await takeOver(dataDir)
  const simulated = exchange === 'simulator'
  const { httpPort, opsPort } = await choosePorts(settings, simulated)
  const url = consoleUrl(settings.WHALECAST_HTTP_HOST, httpPort)
  const given = env.REDIS_URL?.trim()
  if (given) await requireRedis(given)
  const redisProgram = given ? undefined : await findRedisServer()
  const redisPort = given ? undefined : await freePorts('127.0.0.1')
  const redisUrl = given || `redis://127.0.0.1:${redisPort}`
  const simulator = simulated ? await simulatorPlace(settings, dataDir) : undefined
  const plan = planProcesses(env, {
    root,
    redisUrl,
    dataDir,
    opsHost: settings.WHALECAST_OPS_HOST,
    opsPort,
    httpPort,
    simulator,
  })
  if (stop.signal.aborted) return

  let ready = false
  const pretty = (settings.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json')) === 'pretty'
  const system = new System({
    log: createProcessLog({ pretty }),
    note: say,
    changed: (processes) => writeRunFile(dataDir, { pid: process.pid, url, ready, processes }),
  })
  process.once('exit', () => {
    system.kill()
    removeRunFile(dataDir)
  })
  stop.onSecond(() => system.kill())
  const stopped = new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }))
  const whole = async () => {
    if (redisProgram)
      await step('started Redis', async () => {
        const redis = system.start(privateRedis({ program: redisProgram, port: redisPort, dataDir }))
        await system.untilReady([redis], stop.signal)
        return redisUrl
      })
    const startAll = async () => {
      const dials = ({ name }) => name === 'ingest' || name === 'executor'
      const first = plan.filter((one) => !dials(one)).map((definition) => system.start(definition))
      // The simulator listens before anybody dials it for the first time.
      await system.untilReady(
        first.filter(({ name }) => name === 'exchange-sim'),
        stop.signal,
      )
      for (const definition of plan.filter(dials)) system.start(definition)
      await system.untilReady(undefined, stop.signal)
    }
    // The console itself shows what is missing, for instance an exchange that does not answer.
    const late = setTimeout(() => say(`not ready yet; the console may be open already: ${url}`), lateMs)
    const what = `started every process${simulated ? ', the simulator as exchange' : ''}`
    await step(what, startAll, { live: false }).finally(() => clearTimeout(late))
    ready = true
    writeRunFile(dataDir, { pid: process.pid, url, ready, processes: system.list() })
    say(`ready after ${elapsedSeconds()} s: ${url}`)
    await system.failure
  }
  try {
    await Promise.race([whole(), stopped])
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    await system.stop([['exchange-sim'], ['redis']])
    removeRunFile(dataDir)
  }
  say('everything has stopped')
}

const stop = new Stop()
await main(async () => {
  try {
    const env = noEnvFile ? { ...process.env } : withDotenv(join(root, '.env'), process.env)
    stop.signal.addEventListener('abort', () => endRunning())
    if (!prebuilt) {
      await installWorkspace()
      await buildWorkspace()
    }
    const settings = await readSettings(withoutWriteKey(env))
    await runSystem(env, settings, stop)
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
})
stop.end()
