import {
  connectWhalecast,
  type ClientState,
  type ConnectOptions,
  type WhalecastClient,
} from '@whalecast/client'

/** A client that retries within milliseconds and is closed with its scope. */
export function openClient(options: ConnectOptions) {
  const client = connectWhalecast({ backoff: { baseMs: 1, capMs: 5 }, ...options })
  return { client, [Symbol.dispose]: () => client.close() }
}

/** The next state of a kind that the client comes into. */
export async function nextState<Type extends ClientState['type']>(client: WhalecastClient, type: Type) {
  return new Promise<Extract<ClientState, { type: Type }>>((resolve) => {
    const dispose = client.onState((state) => {
      if (!isState(state, type)) return
      dispose()
      resolve(state)
    })
  })
}

function isState<Type extends ClientState['type']>(
  state: ClientState,
  type: Type,
): state is Extract<ClientState, { type: Type }> {
  return state.type === type
}
