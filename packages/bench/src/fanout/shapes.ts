/** `single`: everybody listens to the whole tape. `many`: each client to ten markets of a hundred. */
export type Shape = 'single' | 'many'

export const tickers: readonly string[] = Array.from(
  { length: 100 },
  (_, n) => `KXBENCH-30JAN01-T${1_000 + n}.99`,
)
const perClient = 10
/** None has a factor in common with 100, so a client's ten markets differ. */
const strides = [1, 3, 7, 9, 11, 13, 17, 19, 21, 23]

/** What each client listens to. In `many` up to a thousand clients all differ, and every market has as many listeners. */
export function channelsOf(shape: Shape, clients: number): readonly (readonly string[])[] {
  return Array.from({ length: clients }, (_, client) =>
    shape === 'single' ? ['tape'] : marketsOf(client).map((ticker) => `tape:${ticker}`),
  )
}

function marketsOf(client: number): readonly string[] {
  const stride = strides[Math.floor(client / tickers.length) % strides.length] ?? 1
  return Array.from({ length: perClient }, (_, n) => tickers[(client + n * stride) % tickers.length] ?? '')
}

/** To how many clients one message goes. */
export function fanOutOf(shape: Shape, clients: number): number {
  return shape === 'single' ? clients : (clients * perClient) / tickers.length
}
