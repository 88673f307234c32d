import type { AsyncApiDocument } from '@whalecast/events/spec'
import { Ajv, type ValidateFunction } from 'ajv'

type Json = { readonly [key: string]: unknown }

/** One frame of a client, and whether the document allows it. */
export type ClientFrameCase = {
  readonly note: string
  readonly frame: unknown
  readonly valid: boolean
  /** The `type` is one that the document knows. */
  readonly known: boolean
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Something of every kind that JSON has; each place of a frame is tried with all of them. */
const kinds: readonly { readonly note: string; readonly value: unknown }[] = [
  { note: 'null', value: null },
  { note: 'true', value: true },
  { note: 'a number', value: 7 },
  { note: 'a fraction', value: 1.5 },
  { note: 'a negative number', value: -1 },
  { note: 'a text', value: 'nonsense' },
  { note: 'an empty text', value: '' },
  { note: 'an empty list', value: [] },
  { note: 'a list of lists', value: [[]] },
  { note: 'an empty object', value: {} },
]

/** A value just beyond each bound that a schema sets. */
function beyond(schema: Json): readonly { readonly note: string; readonly value: unknown }[] {
  const { maxLength, maxItems, minimum, maximum, items } = schema
  const text = isObject(items) && items['type'] === 'string' ? 'whales' : {}
  return [
    ...(typeof maxLength === 'number'
      ? [
          { note: 'a text as long as may be', value: 'x'.repeat(maxLength) },
          { note: 'a text that is too long', value: 'x'.repeat(maxLength + 1) },
        ]
      : []),
    ...(typeof maxItems === 'number'
      ? [{ note: 'a list that is too long', value: Array.from({ length: maxItems + 1 }, () => text) }]
      : []),
    ...(typeof minimum === 'number' ? [{ note: 'a number that is too small', value: minimum - 1 }] : []),
    ...(typeof maximum === 'number' ? [{ note: 'a number that is too large', value: maximum + 1 }] : []),
  ]
}

type Place = {
  readonly path: readonly string[]
  readonly schema: Json
  readonly required: boolean
  /** Whether it is a name of its own choice, as in a record. */
  readonly free: boolean
}

/** Every place of an example that a schema says something of. */
function placesOf(schema: unknown, example: unknown, path: readonly string[] = []): readonly Place[] {
  if (!isObject(schema)) return []
  if (Array.isArray(example))
    return example.flatMap((item: unknown, index) => {
      const at = [...path, String(index)]
      const place = { path: at, schema: isObject(schema['items']) ? schema['items'] : {}, required: false }
      return [{ ...place, free: true }, ...placesOf(schema['items'], item, at)]
    })
  if (!isObject(example)) return []
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(example).flatMap(([name, value]) => {
    const known = Object.hasOwn(properties, name)
    const own = known ? properties[name] : schema['additionalProperties']
    const at = [...path, name]
    const place = { path: at, schema: isObject(own) ? own : {}, required: required.includes(name) }
    return [{ ...place, free: !known }, ...placesOf(own, value, at)]
  })
}

/** A copy of a value in which what lies at a path is replaced, or taken away. */
function withAt(
  value: unknown,
  [head, ...rest]: readonly string[],
  put: { readonly value: unknown } | undefined,
): unknown {
  if (head === undefined) return put?.value
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === head ? withAt(item, rest, put) : item))
  if (!isObject(value)) return value
  const { [head]: old, ...others } = value
  const next = withAt(old, rest, put)
  return next === undefined && rest.length === 0 ? others : { ...others, [head]: next }
}

/** Whether the path leads to an object that may have fields nobody has described. */
function objectsOf(example: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (!isObject(example)) return []
  return [path, ...Object.entries(example).flatMap(([name, value]) => objectsOf(value, [...path, name]))]
}

function* mutationsOf(schema: unknown, example: Json) {
  yield { note: 'as in the document', frame: example }
  for (const { path, schema: own, required, free } of placesOf(schema, example)) {
    const where = path.join('.')
    if (!free)
      yield {
        note: `without ${where}${required ? '' : ', which may be missing'}`,
        frame: withAt(example, path, undefined),
      }
    for (const { note, value } of [...kinds, ...beyond(own)])
      yield { note: `${where} is ${note}`, frame: withAt(example, path, { value }) }
  }
  for (const path of objectsOf(example))
    yield {
      note: `a field more in ${path.join('.') || 'the frame'}`,
      frame: withAt(example, [...path, 'nobody_knows_it'], { value: 7 }),
    }
}

/**
 * Frames of a client, made from the document alone: each message as its example, then with every field missing, of
 * every other kind, and beyond every bound, and with fields more. The document's schema says which of them are right.
 */
export function clientFrameCases(document: AsyncApiDocument): readonly ClientFrameCase[] {
  const ajv = new Ajv({ strict: false }).addSchema(document, 'socket')
  const messages = Object.entries(document.components.messages).filter(([key]) => key.startsWith('client_'))
  const schemas = new Map(
    messages.map(([, { name, payload }]): [string, ValidateFunction | undefined] => [
      name,
      ajv.getSchema(`socket${payload.$ref}`),
    ]),
  )
  const judge = (frame: unknown) => {
    const type = isObject(frame) ? frame['type'] : undefined
    const validate = typeof type === 'string' ? schemas.get(type) : undefined
    return { valid: validate?.(frame) === true, known: typeof type !== 'string' || validate !== undefined }
  }
  return messages.flatMap(([, { name, payload, examples = [] }]) => {
    const schema = document.components.schemas[payload.$ref.split('/').at(-1) ?? '']
    return examples.flatMap((example) =>
      [...mutationsOf(schema, example.payload)].map(({ note, frame }) => ({
        note: `${name}: ${note}`,
        frame,
        ...judge(frame),
      })),
    )
  })
}
