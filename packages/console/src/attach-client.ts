import type { WhalecastClient } from '@whalecast/client'
import type { Store } from './state/store.ts'

const tickMs = 1_000

/** Lets everything that the client hears, and the tick of the clock, flow into the store. Returns what stops it. */
export function attachClient(client: WhalecastClient, store: Store): () => void {
  const tick = () => store.dispatch({ type: 'sample', stats: client.stats, atMs: Date.now() })
  const disposeState = client.onState((state) => store.dispatch({ type: 'link', state }))
  const frames = client.frames()
  void (async () => {
    for await (const frame of frames) store.dispatch({ type: 'frame', frame, atMs: Date.now() })
  })()
  tick()
  const timer = setInterval(tick, tickMs)
  return () => {
    clearInterval(timer)
    disposeState()
    void frames.return()
  }
}
