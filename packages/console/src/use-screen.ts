import { createContext, use, useSyncExternalStore } from 'react'
import type { Screen } from './state/screen.ts'
import type { Store } from './state/store.ts'

export const StoreContext = createContext<Store | null>(null)

/** The store of the page. */
export function useStore(): Store {
  const store = use(StoreContext)
  if (store === null) throw new Error('no store around this component')
  return store
}

/** One part of the screen; renders again only when that part changes. The part must be stored, not computed. */
export function useScreen<Part>(select: (screen: Screen) => Part): Part {
  const store = useStore()
  const read = () => select(store.snapshot())
  return useSyncExternalStore(store.subscribe, read, read)
}
