// Finds a Redis to run, in the order: on the PATH, from the package manager, else one clear message.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { onPath } from './on-path.mjs'
import { UserError, step } from './steps.mjs'
import { installPackage } from './system-packages.mjs'

/** BullMQ asks for it: streams with exact trimming, LMOVE. */
const oldest = [6, 2]

const packages = {
  names: {
    'apt-get': 'redis-server',
    dnf: 'redis',
    apk: 'redis',
    pacman: 'redis',
    zypper: 'redis',
    brew: 'redis',
  },
  service: 'redis-server',
}

const noRedis = `no Redis found, and no rights to install one. Set REDIS_URL to a Redis you have, or install one:
  Debian, Ubuntu   sudo apt-get install redis-server
  Fedora, RHEL     sudo dnf install redis
  Alpine           sudo apk add redis
  Arch             sudo pacman -S redis
  openSUSE         sudo zypper install redis
  macOS            brew install redis
  Windows          run Whalecast inside WSL 2`

const findServer = () => onPath('redis-server', 'valkey-server')

/** The path of a Redis server that can be started here; installs one when there is none. */
async function redisServer() {
  const program = findServer() ?? ((await installPackage('Redis', packages)) ? findServer() : undefined)
  if (!program) throw new UserError(noRedis)
  const said = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? ''
  const version = /v=(\d+)\.(\d+)\.(\d+)/.exec(said)?.slice(1).map(Number)
  if (version && (version[0] < oldest[0] || (version[0] === oldest[0] && version[1] < oldest[1])))
    throw new UserError(
      `${program} is version ${version.join('.')}; Whalecast needs ${oldest.join('.')} or newer: set REDIS_URL, or install a newer one`,
    )
  return program
}

/** Whether something takes connections there within `timeoutMs`; the reason when not. */
function connectProblem(host, port, timeoutMs) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    const end = (problem) => {
      socket.destroy()
      resolve(problem)
    }
    socket.once('connect', () => end(undefined))
    socket.once('timeout', () => end('no answer'))
    socket.once('error', (error) => end(error.code ?? error.message))
  })
}

/** Refuses a REDIS_URL behind which nothing listens. */
export async function requireRedis(given) {
  const problems = []
  for (const one of given.split(',')) {
    const { hostname, port } = new URL(one.trim())
    const problem = await connectProblem(hostname.replace(/^\[|\]$/g, ''), Number(port || 6379), 3_000)
    if (problem === undefined) return
    problems.push(`${hostname}:${port || 6379}: ${problem}`)
  }
  throw new UserError(`REDIS_URL leads to no Redis (${problems.join('; ')})`)
}

/** Asks a Redis for a PONG; answers what is in the way, or nothing. */
function redisObstacle(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 })
    const end = (obstacle) => {
      socket.destroy()
      resolve(obstacle)
    }
    socket.once('connect', () => socket.write('PING\r\n'))
    socket.once('data', (data) =>
      end(data.toString().startsWith('+PONG') ? undefined : data.toString().trim()),
    )
    socket.once('timeout', () => end('no answer'))
    socket.once('error', (error) => end(error.code ?? error.message))
  })
}

/** How a private Redis is started: loopback only, AOF in the data directory, nothing evicted. */
export function privateRedis({ program, port, dataDir }) {
  const dir = join(dataDir, 'redis')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  return {
    name: 'redis',
    command: program,
    args: [
      `--port ${port} --bind 127.0.0.1 --appendonly yes --appendfsync everysec`.split(' '),
      '--maxmemory-policy noeviction --loglevel notice'.split(' '),
      ['--save', '', '--dir', dir],
    ].flat(),
    // It shows itself so in the list of processes.
    mark: `127.0.0.1:${port}`,
    quiet: true,
    obstacle: () => redisObstacle(port),
  }
}

/** Says what was found, as a step of its own. */
export async function findRedisServer() {
  let program
  await step('found Redis', async () => {
    program = await redisServer()
    return program
  })
  return program
}

/** Makes sure that tests find a Redis: REDIS_URL, a local server, else a Docker engine for testcontainers. */
export async function ensureTestRedis() {
  const given = process.env.REDIS_URL?.trim()
  if (given) {
    await requireRedis(given)
    return 'REDIS_URL'
  }
  try {
    return await redisServer()
  } catch (error) {
    const docker = onPath('docker') && spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0
    if (docker) return 'a Docker engine, for containers'
    throw error
  }
}
