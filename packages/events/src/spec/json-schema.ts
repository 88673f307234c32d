import { z } from 'zod'

/** A JSON Schema, or a part of one. */
export type JsonSchema = { readonly [key: string]: unknown }

/** Draft 7 is what AsyncAPI 3 reads, 2020-12 what OpenAPI 3.1 does. */
export type JsonSchemaDialect = 'draft-7' | 'draft-2020-12'

/**
 * The JSON Schema of each named zod schema. Where one contains another of them, it refers to it by name. An object
 * may have more fields than are described: clients have to tolerate what a newer server adds.
 */
export function jsonSchemas(
  named: Readonly<Record<string, z.ZodType>>,
  target: JsonSchemaDialect,
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    target,
    // Nothing here is transformed; as an output, every object would be closed.
    io: 'input',
    uri: schemaRef,
    override: ({ jsonSchema }) => {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  )
}

/** Where a named schema stands in a document. */
export const schemaRef = (name: string): string => `#/components/schemas/${name}`
