import type { Disposer } from './client.ts'

/** The page that a client lives in, as far as it says when connections are worth a new look. */
export type Page = {
  /** Whether nobody can see it. */
  readonly hidden: boolean
  /** Calls `wake` when the network is back and when the page is looked at again, `doubt` when the network seems gone. */
  watch(wake: (why: string) => void, doubt: () => void): Disposer
}

type Target = {
  addEventListener(type: string, listener: () => void): void
  removeEventListener(type: string, listener: () => void): void
}

/** What a browser has and Node has not. */
type Surroundings = {
  readonly addEventListener?: Target['addEventListener']
  readonly removeEventListener?: Target['removeEventListener']
  readonly document?: Target & { readonly visibilityState?: string }
}

/** The page around this code; outside of one, nothing ever wakes. */
export function pageOf(global: object): Page {
  const surroundings: Surroundings = global
  const { document } = surroundings
  const window = isTarget(surroundings) ? surroundings : undefined
  return {
    get hidden() {
      return document?.visibilityState === 'hidden'
    },
    watch(wake, doubt) {
      const online = () => wake('the network is back')
      const looked = () => {
        if (document?.visibilityState !== 'hidden') wake('the page is looked at again')
      }
      window?.addEventListener('online', online)
      window?.addEventListener('offline', doubt)
      document?.addEventListener('visibilitychange', looked)
      return () => {
        window?.removeEventListener('online', online)
        window?.removeEventListener('offline', doubt)
        document?.removeEventListener('visibilitychange', looked)
      }
    },
  }
}

const isTarget = (value: Surroundings): value is Surroundings & Target =>
  value.addEventListener !== undefined && value.removeEventListener !== undefined
