// All processes of one run together: started in order, watched, stopped in order.
import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from './process-log.mjs'
import { SupervisedProcess } from './supervised-process.mjs'
import { UserError } from './steps.mjs'

/** What is in the way is said once it has lasted so long, and again when it changes. */
const sayAfterMs = 5_000
const pollMs = 100

/** A set of supervised processes. `note(text)` prints a line; `changed(processes)` follows every change. */
export class System {
  #processes = []
  #log
  #note
  #changed
  #limits
  #failure
  #fail
  #stopping

  constructor({ log, note, changed = () => {}, limits = {} }) {
    this.#log = log
    this.#note = note
    this.#changed = changed
    this.#limits = limits
    this.#failure = new Promise((_, reject) => (this.#fail = reject))
    this.#failure.catch(() => {})
  }

  /** Rejects with a UserError when a process cannot be started at all. */
  get failure() {
    return this.#failure
  }

  /** name, pid, opsUrl, restarts of each process; pid is null between a crash and the restart. */
  list() {
    return this.#processes.map(({ process: { name, pid, opsUrl, restarts }, mark }) => ({
      name,
      pid: pid ?? null,
      opsUrl,
      restarts,
      mark,
    }))
  }

  start(definition) {
    const supervised = new SupervisedProcess(
      definition,
      {
        onLine: this.#log,
        onChange: () => this.#changed(this.list()),
        onEnd: (name, how, delayMs) => this.#onEnd(supervised, name, how, delayMs),
        onGiveUp: (name, lines) => this.#onGiveUp(name, lines),
      },
      this.#limits,
    )
    this.#processes.push({ process: supervised, mark: definition.mark ?? definition.args.at(-1) })
    supervised.start()
    return supervised
  }

  /** Resolves once each of these is ready; says what is in the way when it takes long. */
  async untilReady(processes = this.#processes.map(({ process }) => process), signal) {
    let said = ''
    let sayAt = Date.now() + sayAfterMs
    for (;;) {
      const obstacles = await Promise.all(processes.map(async (one) => [one.name, await one.obstacle()]))
      const left = obstacles.filter(([, obstacle]) => obstacle !== undefined)
      if (left.length === 0) return
      const text = left.map(([name, obstacle]) => `${name} (${obstacle})`).join(', ')
      if (text !== said && Date.now() >= sayAt) {
        this.#note(`waiting for ${text}`)
        said = text
        sayAt = Date.now() + sayAfterMs
      }
      await Promise.race([wait(pollMs, undefined, { signal }), this.#failure])
    }
  }

  /** Stops the processes: the last group that `order` names ends first. Idempotent. */
  stop(order) {
    this.#stopping ??= this.#stopInOrder(order)
    return this.#stopping
  }

  /** Ends everything now. */
  kill() {
    for (const { process } of this.#processes) process.kill()
  }

  async #stopInOrder(order) {
    const named = (names) => this.#processes.filter(({ process }) => names.includes(process.name))
    const last = order.flat()
    const first = this.#processes.filter(({ process }) => !last.includes(process.name))
    for (const group of [first, ...order.map(named)])
      await Promise.all(group.map(({ process }) => process.stop()))
  }

  #onEnd(supervised, name, how, delayMs) {
    const lines = supervised.recent
    this.#note(`${name}: ${how}; starting it again in ${delayMs / 1000} s`)
    if (name === 'redis') for (const line of lines.slice(-5)) this.#log(name, line)
  }

  #onGiveUp(name, lines) {
    const errors = lines.filter((line) => line.includes('"level":"error"'))
    const told = (errors.length > 0 ? errors.slice(-1) : lines.slice(-5)).map(messageOf)
    this.#fail(new UserError(`${name} cannot be started:\n${told.join('\n')}`))
  }
}
