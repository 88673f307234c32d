/** Timers begun through the globals since the watch began, as Node's own record of them. */
export type TimerWatch = {
  /** How many are neither fired nor cleared and hold the process. */
  pending(): number
  end(): void
}

type Timer = ReturnType<typeof setTimeout>

/** Node marks a timer that fired or was cleared so; there is no public way to ask. */
const isOver = (timer: Timer): boolean => Reflect.get(timer, '_destroyed') === true

/** Notes every timer from now on. What jest itself has running is not seen: its globals are not the test's. */
export function watchTimers(): TimerWatch {
  const timers: Timer[] = []
  const { setTimeout: realTimeout, setInterval: realInterval } = globalThis
  const noting = <Real extends typeof setTimeout | typeof setInterval>(real: Real): Real =>
    new Proxy(real, {
      apply(target, self, given) {
        const timer: Timer = Reflect.apply(target, self, given)
        timers.push(timer)
        return timer
      },
    })
  globalThis.setTimeout = noting(realTimeout)
  globalThis.setInterval = noting(realInterval)
  return {
    pending: () => timers.filter((timer) => timer.hasRef() && !isOver(timer)).length,
    end() {
      globalThis.setTimeout = realTimeout
      globalThis.setInterval = realInterval
    },
  }
}
