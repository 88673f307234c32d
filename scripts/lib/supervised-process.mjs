// One process that has to live until it is told to stop.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const defaults = {
  /** First wait before a restart: long enough not to spin, short enough for recovery within 5 s. */
  firstRestartMs: 500,
  /** Longest wait: a cause that lasts is noticed to be gone within this time. */
  longestRestartMs: 10_000,
  /** Alive for so long, a process counts as healthy again and its next wait is the first one. */
  resetAfterMs: 30_000,
  /** An exit with code 1 before this age is a failed start, for instance a bad setting or a port in use. */
  startWindowMs: 10_000,
  failedStarts: 5,
  /** Services end by themselves within 10 s; what is still there then is stuck. */
  killAfterMs: 12_000,
}

const keptLines = 20

/**
 * States: idle → running ⇄ waiting (it ended unasked; started again after a delay) → stopped.
 * `events`: onLine(name, line), onChange(), onEnd(name, how, delayMs), onGiveUp(name, lastLines).
 */
export class SupervisedProcess {
  restarts = 0
  everReady = false
  #definition
  #events
  #limits
  #child
  #timer
  #stopping
  #startedAt = 0
  #delayMs
  #failures = 0
  #recent = []

  constructor(definition, events, limits = {}) {
    this.#definition = definition
    this.#events = events
    this.#limits = { ...defaults, ...limits }
    this.#delayMs = this.#limits.firstRestartMs
  }

  get name() {
    return this.#definition.name
  }

  get opsUrl() {
    return this.#definition.opsUrl ?? null
  }

  /** Undefined while it is not running. */
  get pid() {
    return this.#child?.pid
  }

  /** What it wrote last. */
  get recent() {
    return [...this.#recent]
  }

  /** Why it is not ready; undefined when it is. */
  async obstacle() {
    if (!this.#child) return 'not running'
    const obstacle = await this.#definition.obstacle()
    if (obstacle === undefined) this.everReady = true
    return obstacle
  }

  start() {
    const { command, args, env, channel } = this.#definition
    this.#startedAt = Date.now()
    // A group of its own: Ctrl-C on the terminal reaches `npm start` alone, which then stops all in order.
    const child = spawn(command, args, {
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(channel ? ['ipc'] : [])],
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => this.#onLine(line))
    child.once('error', (error) => {
      this.#onLine(`cannot run ${command}: ${error.message}`)
      if (child.pid === undefined) this.#onExit(1, null)
    })
    // 'close' comes after the last line of output, 'exit' may come before it.
    child.once('close', (code, signal) => this.#onExit(code, signal))
    this.#events.onChange?.()
  }

  /** Asks it to end, by force when it takes too long. Resolves when it is gone. Idempotent. */
  stop() {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  /** Ends it now, without a chance to clean up. */
  kill() {
    this.#stopping ??= Promise.resolve()
    clearTimeout(this.#timer)
    this.#child?.kill('SIGKILL')
  }

  async #end() {
    clearTimeout(this.#timer)
    const child = this.#child
    if (!child) return
    const gone = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), this.#limits.killAfterMs)
    await gone
    clearTimeout(force)
  }

  #onLine(line) {
    this.#recent.push(line)
    if (this.#recent.length > keptLines) this.#recent.shift()
    if (!this.#definition.quiet) this.#events.onLine?.(this.name, line)
  }

  #onExit(code, signal) {
    this.#child = undefined
    if (this.#stopping) {
      this.#events.onChange?.()
      return
    }
    const age = Date.now() - this.#startedAt
    const failed = !this.everReady && code === 1 && age < this.#limits.startWindowMs
    this.#failures = failed ? this.#failures + 1 : 0
    if (this.#failures >= this.#limits.failedStarts) {
      this.#stopping = Promise.resolve()
      this.#events.onChange?.()
      this.#events.onGiveUp?.(this.name, this.recent)
      return
    }
    if (age >= this.#limits.resetAfterMs) this.#delayMs = this.#limits.firstRestartMs
    const delay = this.#delayMs
    this.#delayMs = Math.min(delay * 2, this.#limits.longestRestartMs)
    this.#timer = setTimeout(() => {
      this.restarts++
      this.start()
    }, delay)
    this.#events.onEnd?.(this.name, signal ? `ended by ${signal}` : `exit code ${code}`, delay)
    this.#events.onChange?.()
  }
}
