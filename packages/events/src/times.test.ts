import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { channels } from './channels.ts'
import { serverFrames } from './frames.ts'

type Field = { readonly path: string; readonly schema: z.core.JSONSchema.BaseSchema }

/** Every named field of a schema, with its path. */
function fieldsOf(schema: z.core.JSONSchema.BaseSchema, path: string): Field[] {
  const parts = [schema.items, schema.additionalProperties, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  const inside = parts.flatMap((part) =>
    typeof part === 'object' && !Array.isArray(part) ? fieldsOf(part, path) : [],
  )
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    typeof field === 'object'
      ? [{ path: `${path}.${name}`, schema: field }, ...fieldsOf(field, `${path}.${name}`)]
      : [],
  )
  return [...named, ...inside]
}

const payloads: [string, z.ZodType][] = [
  ...Object.entries(serverFrames),
  ...Object.values(channels).flatMap(({ types }) => Object.entries<z.ZodType>(types)),
]
const fields = payloads.flatMap(([type, schema]) => fieldsOf(z.toJSONSchema(schema), type))
const typesOf = ({ type, anyOf }: z.core.JSONSchema.BaseSchema): unknown[] => [
  ...(type ? [type] : []),
  ...(anyOf ?? []).map((option) => (typeof option === 'object' ? option.type : undefined)),
]

describe('every time on the wire is a number of Unix milliseconds', () => {
  const times = fields.filter(({ path }) => /_ms$|\.ts$/.test(path))

  test('there are such fields in every corner', () => {
    expect(times.length).toBeGreaterThan(40)
  })

  test.each(times.map(({ path, schema }) => [path, schema] as const))('%s', (_path, schema) => {
    expect(typesOf(schema).filter((type) => type !== 'null')).toEqual(['integer'])
  })

  test('no field is named like a time and is none', () => {
    const suspicious = fields.filter(
      ({ path, schema }) =>
        /(time|timestamp|_at|date)$/.test(path) && typesOf(schema).some((type) => type === 'string'),
    )
    expect(suspicious.map(({ path }) => path)).toEqual([])
  })
})
