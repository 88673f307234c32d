// The wish to stop, however it comes.
import { say } from './steps.mjs'

/** `npm` passes on the Ctrl-C that the terminal has sent to the script already: an echo is no second wish. */
const echoMs = 300

/** Aborts on the first SIGINT, SIGTERM, or when whoever started this script with a channel is gone. */
export class Stop {
  #controller = new AbortController()
  #firstAt = 0
  #second = () => {}
  #listeners

  constructor() {
    const onSignal = (signal) => this.#onSignal(signal)
    this.#listeners = [
      ['SIGINT', onSignal],
      ['SIGTERM', onSignal],
      ['disconnect', () => this.#begin('the process that started this is gone')],
    ]
    for (const [event, listener] of this.#listeners) process.on(event, listener)
    process.channel?.unref()
    // Nobody reads on (`npm start | head`): there is no one left to run for.
    process.stdout.on('error', () => this.#begin(undefined))
  }

  get signal() {
    return this.#controller.signal
  }

  /** What to do at once when a second signal comes. */
  onSecond(action) {
    this.#second = action
  }

  end() {
    for (const [event, listener] of this.#listeners) process.off(event, listener)
  }

  #begin(why) {
    if (this.signal.aborted) return
    this.#firstAt = Date.now()
    if (why) say(`stopping (${why})`)
    this.#controller.abort()
  }

  #onSignal(signal) {
    if (!this.signal.aborted) return this.#begin(signal)
    if (Date.now() - this.#firstAt < echoMs) return
    say('stopping at once')
    this.#second()
    process.exit(1)
  }
}
