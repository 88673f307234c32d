import { emptyScreen, reduce, type Input, type Screen } from './screen.ts'

/** Runs the callback at the next good moment for drawing. */
export type Schedule = (flush: () => void) => void

/** The state of the page. Inputs are gathered and applied together, so a burst costs one rendering a frame. */
export type Store = {
  readonly dispatch: (input: Input) => void
  /** A stable value between two notifications, as useSyncExternalStore wants it. */
  readonly snapshot: () => Screen
  readonly subscribe: (listener: () => void) => () => void
}

export function createStore(schedule: Schedule): Store {
  let screen = emptyScreen
  let waiting: Input[] = []
  const listeners = new Set<() => void>()
  const flush = () => {
    const inputs = waiting
    waiting = []
    screen = reduce(screen, inputs)
    for (const listener of listeners) listener()
  }
  return {
    dispatch(input) {
      waiting.push(input)
      if (waiting.length === 1) schedule(flush)
    },
    snapshot: () => screen,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
