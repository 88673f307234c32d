import type { WhalecastClient } from '@whalecast/client'
import type { Store } from './state/store.ts'

const tickMs = 1_000

/** Lets everything that the client hears, and the tick of the clock, flow into the store, for the life of the page. */
export function attachClient(client: WhalecastClient, store: Store): void {
  const tick = () => store.dispatch({ type: 'sample', stats: client.stats, atMs: Date.now() })
  client.onState((state) => store.dispatch({ type: 'link', state }))
  void (async () => {
    for await (const frame of client.frames()) store.dispatch({ type: 'frame', frame, atMs: Date.now() })
  })()
  tick()
  setInterval(tick, tickMs)
}
