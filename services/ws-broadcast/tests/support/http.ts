import { request } from 'node:http'
import { answerChecker } from './documents.ts'

export type Answer = {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

type Asked = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Every server here serves the same document; it is asked for once. */
let checking: Promise<ReturnType<typeof answerChecker>> | undefined

/**
 * One request on a connection of its own: with `fetch` no test could choose Host or Origin. Whatever comes back is
 * held against the document that the server itself hands out.
 */
export async function ask(url: string, path: string, asked: Asked = {}): Promise<Answer> {
  checking ??= send(url, '/openapi.json', {}).then(({ body }) => answerChecker(JSON.parse(body)))
  const check = await checking
  const answer = await send(url, path, asked)
  const { method = 'GET' } = asked
  check({ method, path, ...answer })
  return answer
}

function send(url: string, path: string, { method = 'GET', headers = {}, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(new URL(path, url), { method, headers, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
      .on('error', reject)
      .end(body)
  })
}

export const get = (url: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(url, path, { headers })
