import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { eventually } from '@whalecast/testkit'
import { readFrame, type Frame } from './connect-client.ts'

export type EventClient = Disposable & {
  readonly headers: NodeJS.Dict<string | string[]>
  readonly frames: readonly Frame[]
  /** Comments, in order. */
  readonly comments: readonly string[]
  /** As a browser keeps it: the last id that came, also of a block without data. */
  readonly lastId: string
  /** Milliseconds, as last told. */
  readonly retry: number | undefined
  readonly of: (type: string) => readonly Frame[]
  until(condition: (client: EventClient) => boolean): Promise<void>
  readonly ended: Promise<void>
  readonly response: IncomingMessage
}

/** Opens an event stream and reads it as the HTML standard says. Rejects with the status when it is refused. */
export async function connectEvents(
  url: string,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<EventClient> {
  const asking = request(new URL(`/sse${query}`, url), { headers, agent: false })
  asking.end()
  const [response]: IncomingMessage[] = await once(asking, 'response')
  if (!response) throw new Error('there was no answer')
  asking.on('error', () => undefined)
  response.on('error', () => undefined)
  if (response.statusCode !== 200) {
    response.resume()
    throw new Error(`refused with ${response.statusCode}`)
  }
  const frames: Frame[] = []
  const comments: string[] = []
  let [rest, data, lastId] = ['', '', '']
  let retry: number | undefined
  let broken: unknown
  const take = (line: string) => {
    if (line === '') {
      if (data !== '') frames.push(readFrame(data))
      data = ''
      return
    }
    const [field = '', value = ''] = line.split(/: ?(.*)/s, 2)
    if (field === 'data') data += value
    else if (field === 'id') lastId = value
    else if (field === 'retry') retry = Number(value)
    else if (field === '') comments.push(value)
    else throw new Error(`there is no field ${field}`)
  }
  response.on('data', (chunk: Buffer) => {
    rest += chunk.toString()
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    try {
      for (const line of lines) take(line)
    } catch (error) {
      broken ??= error
    }
  })
  const client: EventClient = {
    headers: response.headers,
    frames,
    comments,
    get lastId() {
      return lastId
    },
    get retry() {
      return retry
    },
    of: (type) => frames.filter((frame) => frame.type === type),
    until: (condition) =>
      eventually(() => {
        if (broken) throw broken
        if (!condition(client))
          throw new Error(`got ${frames.map(({ type }) => type).join(' ')}`.slice(0, 300))
      }),
    ended: once(response, 'close').then(() => undefined),
    response,
    [Symbol.dispose]: () => response.destroy(),
  }
  return client
}
