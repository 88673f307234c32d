import { createPublicKey } from 'node:crypto'
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs'
import { type Config, ConfigError, parseConfig } from './config.ts'
import { type ExchangeSim, startExchangeSim } from './exchange-sim.ts'
import type { ExchangeSimOptions } from './options.ts'
import { createLog, type Log } from './log.ts'
import { type OpsServer, startOpsServer } from './ops/ops-server.ts'

const writeLine = (line: string) => process.stdout.write(line)

/** Longest a stop may take before the process ends anyway. */
const stopDeadlineMs = 5_000

async function run(config: Config, log: Log): Promise<void> {
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  })
  const startedAtMs = Date.now()
  const sim = await startExchangeSim(optionsOf(config))
  let ops: OpsServer | undefined
  try {
    ops = await startOpsServer(sim, { host: config.opsHost, port: config.opsPort, startedAtMs })
    log('info', 'exchange simulator listening', {
      ws_url: sim.wsUrl,
      api_url: sim.apiUrl,
      ops_url: ops.url,
      key_id: config.keyId ?? sim.keyId,
    })
    offerKey(config, sim, log)
    log('info', 'exchange simulator stopping', { signal: await stopped })
    setTimeout(() => process.exit(1), stopDeadlineMs).unref()
  } finally {
    await ops?.close()
    await sim.close()
  }
}

/** The library's options; throws ConfigError naming every file that cannot be used. */
function optionsOf(config: Config): ExchangeSimOptions {
  const { replayFile, readTokensPerSecond, writeTokensPerSecond } = config
  const problems: string[] = []
  const keys = [
    {
      setting: 'SIM_PUBLIC_KEY_PATH',
      path: config.publicKeyPath,
      keyId: config.keyId,
      scopes: config.keyScopes,
    },
    {
      setting: 'SIM_WRITE_PUBLIC_KEY_PATH',
      path: config.writePublicKeyPath,
      keyId: config.writeKeyId,
      scopes: ['read', 'write'] as const,
    },
  ].flatMap(({ setting, path, keyId, scopes }) => {
    if (path === undefined || keyId === undefined) return []
    const publicKeyPem = attempt(() => readFileSync(path, 'utf8'))
    if (publicKeyPem instanceof Error) problems.push(`${setting}: ${publicKeyPem.message}`)
    else if (attempt(() => createPublicKey(publicKeyPem)) instanceof Error) {
      problems.push(`${setting}: ${path} holds no public key in PEM format`)
    } else return [{ keyId, publicKeyPem, scopes }]
    return []
  })
  const readable =
    replayFile === undefined ? undefined : attempt(() => accessSync(replayFile, constants.R_OK))
  if (readable instanceof Error) problems.push(`SIM_REPLAY_FILE: ${readable.message}`)
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    host: config.host,
    port: config.port,
    rate: config.rate,
    markets: config.markets,
    firstWhaleMs: config.firstWhaleMs,
    ...(config.seed !== undefined && { seed: config.seed }),
    keys,
    keyScopes: config.keyScopes,
    balanceCents: config.balanceCents,
    readLagMs: config.readLagMs,
    replay: replayFile === undefined ? undefined : { file: replayFile, speed: config.replaySpeed },
    skew: { pastMs: config.skewPastMs, futureMs: config.skewFutureMs },
    limits: { connectionsPerKey: config.maxConnections, outboundBytes: config.outboundBytes },
    readBudget: { refillPerSecond: readTokensPerSecond, capacity: 3 * readTokensPerSecond },
    // The lowest tier saves up writes for one second only.
    writeBudget: { refillPerSecond: writeTokensPerSecond, capacity: writeTokensPerSecond },
  }
}

function attempt<T>(act: () => T): T | Error {
  try {
    return act()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Without a registered key, a client needs the one that was made: it is written where the settings say. */
function offerKey({ keyId, privateKeyPath }: Config, sim: ExchangeSim, log: Log): void {
  if (keyId !== undefined) return
  if (privateKeyPath === undefined) {
    log('warn', 'nobody can sign: set SIM_PUBLIC_KEY_PATH and SIM_KEY_ID, or SIM_PRIVATE_KEY_PATH')
    return
  }
  writeFileSync(privateKeyPath, sim.privateKeyPem, { mode: 0o600 })
  log('info', 'private key written', { path: privateKeyPath, key_id: sim.keyId })
}

let log = createLog('info', writeLine)
try {
  const config = parseConfig(process.env)
  log = createLog(config.logLevel, writeLine)
  await run(config, log)
} catch (error) {
  log('error', error instanceof ConfigError ? error.message : 'exchange simulator failed', {
    ...(!(error instanceof ConfigError) && { error: error instanceof Error ? error.stack : String(error) }),
  })
  process.exitCode = 1
}
