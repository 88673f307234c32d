import type { ClientState, ClientStats, ServerFrame } from '@whalecast/client'
import { dueAtMs } from './state/screen.ts'
import type { Store } from './state/store.ts'

const tickMs = 1_000

/** What the page needs of a client. */
export type Source = {
  readonly stats: ClientStats
  readonly onState: (handler: (state: ClientState) => void) => unknown
  readonly frames: () => AsyncIterable<ServerFrame>
}

/** Lets everything that the client hears, and the passing of time, flow into the store, for the life of the page. */
export function attachClient(client: Source, store: Store): void {
  const tick = () => store.dispatch({ type: 'sample', stats: client.stats, atMs: Date.now() })
  client.onState((state) => store.dispatch({ type: 'link', state }))
  void (async () => {
    for await (const frame of client.frames()) store.dispatch({ type: 'frame', frame, atMs: Date.now() })
  })()
  tick()
  setInterval(tick, tickMs)
  wakeWhenDue(store)
}

/** What is shown for a limited time ends on time, not with the next tick. */
function wakeWhenDue(store: Store): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let wakesAtMs = Infinity
  store.subscribe(() => {
    const due = dueAtMs(store.snapshot())
    if (due === wakesAtMs) return
    wakesAtMs = due
    clearTimeout(timer)
    if (due === Infinity) return
    timer = setTimeout(
      () => {
        wakesAtMs = Infinity
        store.dispatch({ type: 'due', atMs: Date.now() })
      },
      Math.max(0, due - Date.now()),
    )
  })
}
