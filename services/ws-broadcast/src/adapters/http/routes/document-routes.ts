import { asyncApi, openApi } from '@whalecast/events/spec'
import { documentSchema } from '@whalecast/events'
import { sseSpec } from '../../clients/sse-route.ts'
import { route, type Route } from './route.ts'

/** The routes, and two more: the documents that describe them and the socket. Each document is made once, when asked for. */
export function documentRoutes(described: readonly Route[]): readonly Route[] {
  let http: ReturnType<typeof openApi> | undefined
  let socket: ReturnType<typeof asyncApi> | undefined
  const all: readonly Route[] = [
    ...described,
    route(
      {
        method: 'get',
        path: '/openapi.json',
        id: 'openApi',
        summary: 'This document: the HTTP API, as OpenAPI 3.1.',
        answer: documentSchema,
      },
      () => (http ??= openApi([...all, sseSpec])),
    ),
    route(
      {
        method: 'get',
        path: '/asyncapi.json',
        id: 'asyncApi',
        summary: 'The socket at `/ws`, as AsyncAPI 3.',
        answer: documentSchema,
      },
      ({ host }) => {
        socket ??= asyncApi(host)
        const { here } = socket.servers
        return { ...socket, servers: { here: { ...here, host } } }
      },
    ),
  ]
  return all
}
