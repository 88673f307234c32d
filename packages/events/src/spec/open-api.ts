import type { z } from 'zod'
import { scopes, type Scope } from '../wire/scopes.ts'
import { documentInfo } from './document-info.ts'
import { jsonSchemas, schemaRef, type JsonSchema } from './json-schema.ts'
import { payloadSchemas } from './payload-names.ts'

type Named = Readonly<Record<string, z.ZodType>>

/** What a path of the HTTP API promises. */
export type RouteSpec = {
  readonly method: 'get' | 'post'
  /** With `{name}` for each parameter. */
  readonly path: string
  /** The name of the operation, and of its answer in the document. */
  readonly id: string
  readonly summary: string
  /** What the caller's token has to open. Without it, `market` is enough, and that has everyone. */
  readonly scope?: Scope
  readonly params?: Named
  readonly query?: Named
  readonly headers?: Named
  readonly body?: z.ZodType
  readonly answer: z.ZodType
  /** @default application/json */
  readonly contentType?: string
  /** Other statuses with the same body as the answer. */
  readonly answersAlso?: Readonly<Record<number, string>>
  /** Per status, the codes of the errors, and when they come. */
  readonly failures?: Readonly<Record<number, { readonly codes: readonly string[]; readonly when: string }>>
}

/** What of an OpenAPI 3.1 document we write. */
export type OpenApiDocument = {
  readonly openapi: '3.1.0'
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> } & JsonSchema
} & JsonSchema

export type OpenApiOperation = JsonSchema & {
  readonly operationId: string
  readonly responses: Readonly<Record<string, OpenApiResponse>>
}
type OpenApiResponse = {
  readonly description: string
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
}

/** Failures that any path may answer with. */
const everywhere: NonNullable<RouteSpec['failures']> = {
  400: { codes: ['bad_request'], when: 'a parameter or the body is unknown, bad or given twice' },
  401: { codes: ['unauthorized'], when: 'nobody has this token, or there is none and a scope is needed' },
  403: { codes: ['forbidden', 'host', 'origin'], when: 'the scope, the host or the origin is not allowed' },
  429: { codes: ['request_rate'], when: 'this address asks too much; `Retry-After` says when to ask again' },
  500: { codes: ['internal'], when: 'this should not have happened' },
  503: { codes: ['unavailable'], when: 'nobody can say now whose token this is' },
}

/** The HTTP API as an OpenAPI 3.1 document, from what its routes declare. */
export function openApi(routes: readonly RouteSpec[]): OpenApiDocument {
  const answers: Record<string, z.ZodType> = { ...payloadSchemas }
  const inputs: Record<string, z.ZodType> = {}
  for (const route of routes) {
    if (!Object.values(answers).includes(route.answer)) answers[answerName(route)] = route.answer
    if (route.body) inputs[bodyName(route)] = route.body
  }
  const nameOf = new Map(Object.entries(answers).map(([name, schema]) => [schema, name]))
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const route of routes) {
    const path = (paths[route.path] ??= {})
    path[route.method] = operation(route, nameOf.get(route.answer) ?? answerName(route))
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Whalecast HTTP API', ...documentInfo },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: jsonSchemas({ ...answers, ...inputs }, dialect),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: `Opens scopes: ${scopes.join(', ')}.` },
      },
    },
  }
}

const dialect = 'draft-2020-12'
const pascal = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1)
const answerName = ({ id }: RouteSpec): string => `${pascal(id)}Answer`
const bodyName = ({ id }: RouteSpec): string => `${pascal(id)}Request`

function operation(route: RouteSpec, answer: string): OpenApiOperation {
  const { id, summary, scope, params = {}, query = {}, headers = {}, body, answersAlso = {} } = route
  const { failures = {}, contentType = 'application/json' } = route
  const content = { [contentType]: { schema: { $ref: schemaRef(answer) } } }
  const responses: Record<string, OpenApiResponse> = { 200: { description: summary, content } }
  for (const status of Object.keys({ ...everywhere, ...failures }).map(Number)) {
    const causes = [everywhere[status], failures[status]].filter((cause) => cause !== undefined)
    responses[status] = {
      description: causes.map(({ when }) => when).join('; or '),
      content: errorContent(causes.flatMap(({ codes }) => codes)),
    }
  }
  for (const [status, description] of Object.entries(answersAlso)) {
    const { content: error } = responses[status] ?? {}
    const either = [content, error].flatMap((one) => one?.[contentType]?.schema ?? [])
    responses[status] = { description, content: { 'application/json': { schema: { anyOf: either } } } }
  }
  return {
    operationId: id,
    summary,
    ...(scope && { description: `Needs a token with the scope \`${scope}\`.`, 'x-scope': scope }),
    security: scope ? [{ token: [] }] : [{}, { token: [] }],
    parameters: [
      ...Object.entries(params).map((entry) => parameter('path', entry)),
      ...Object.entries(query).map((entry) => parameter('query', entry)),
      ...Object.entries(headers).map((entry) => parameter('header', entry)),
    ],
    ...(body && {
      requestBody: { content: { 'application/json': { schema: { $ref: schemaRef(bodyName(route)) } } } },
    }),
    responses,
  }
}

function parameter(where: 'path' | 'query' | 'header', [name, schema]: [string, z.ZodType]) {
  const { [name]: shape } = jsonSchemas({ [name]: schema }, dialect)
  const { description, ...rest } = shape ?? {}
  return { name, in: where, required: where === 'path', description, schema: rest }
}

/** The body of an error, with the codes that it may have here. */
function errorContent(codes: readonly string[]) {
  const properties = { code: { enum: codes }, message: { type: 'string' } }
  const error = { type: 'object', properties, required: ['code', 'message'] }
  const schema = { type: 'object', properties: { error }, required: ['error'] }
  return { 'application/json': { schema } }
}
