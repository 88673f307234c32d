import { asyncApi } from '@whalecast/events/spec'
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'

type Json = { readonly [key: string]: unknown }
type OpenApi = Json & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Json }>>>>
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

/**
 * A document in which no object may have more fields than are described. Clients have to tolerate more, so the
 * published one allows it; held against what the server sends, the closed one finds what nobody has described.
 */
function closed<T>(value: T): T
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => closed(item))
  if (!isObject(value)) return value
  const walked = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]))
  const open =
    isObject(value['properties']) && value['type'] === 'object' && !('additionalProperties' in value)
  return open ? { ...walked, additionalProperties: false } : walked
}

function explain(what: string, { errors }: ValidateFunction): Error {
  const lines = (errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  )
  return new Error(`${what} is not as the document says: ${lines.join('; ')}`)
}

const socketDocument = asyncApi('localhost')
const socketAjv = new Ajv({ strict: false }).addSchema(closed(socketDocument), 'socket')

/** Holds a frame of the server against the AsyncAPI document: its type, its envelope, its payload, nothing else. */
export function checkFrame(frame: unknown): void {
  const type = isObject(frame) ? String(frame['type']) : ''
  const message = Object.hasOwn(socketDocument.components.messages, type)
    ? socketDocument.components.messages[type]
    : undefined
  if (!message) throw new Error(`no document knows a frame of type ${type}`)
  const validate = socketAjv.getSchema(`socket${message.payload.$ref}`)
  if (!validate) throw new Error(`no schema at ${message.payload.$ref}`)
  if (validate(frame) !== true) throw explain(`a frame ${type}`, validate)
}

export type HttpAnswer = {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly body: string
}

/** The path of the document that a request asked for; undefined where it describes none. */
function describedPath(document: OpenApi, { method, path }: Pick<HttpAnswer, 'method' | 'path'>) {
  const asked = path.split('?', 1)[0] ?? ''
  return Object.keys(document.paths).find(
    (known) =>
      document.paths[known]?.[method.toLowerCase()] !== undefined &&
      new RegExp(`^${known.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(asked),
  )
}

/** Makes a check that holds answers against an OpenAPI document. What the document does not describe is let pass. */
export function answerChecker(document: OpenApi): (answer: HttpAnswer) => void {
  const ajv = new Ajv2020({ strict: false }).addSchema(closed(document), 'http')
  return (answer) => {
    const path = describedPath(document, answer)
    if (path === undefined) return
    const method = answer.method.toLowerCase()
    const what = `${method} ${path} ${answer.status}`
    const pointer = ['paths', path, method, 'responses', String(answer.status)]
    const where = [...pointer, 'content', 'application/json', 'schema'].map((part) =>
      encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    )
    if (!document.paths[path]?.[method]?.responses[String(answer.status)])
      throw new Error(`${what} stands in no document`)
    const validate = ajv.getSchema(`http#/${where.join('/')}`)
    if (!validate) throw new Error(`${what} has no schema`)
    if (validate(JSON.parse(answer.body)) !== true) throw explain(what, validate)
  }
}

/** Every reference in a document that leads nowhere in it. */
export function danglingRefs(document: unknown): readonly string[] {
  const found: string[] = []
  const resolves = (ref: string) => {
    let at: unknown = document
    for (const part of ref.slice(2).split('/')) at = isObject(at) ? at[part] : undefined
    return ref.startsWith('#/') && at !== undefined
  }
  const walk = (value: unknown) => {
    if (!isObject(value)) return
    const ref = value['$ref']
    if (typeof ref === 'string' && !resolves(ref)) found.push(ref)
    for (const item of Object.values(value)) walk(item)
  }
  walk(document)
  return found
}
