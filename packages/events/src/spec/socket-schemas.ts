import type { z } from 'zod'
import { clientFrameSchema } from '../frames.ts'
import { frameSchema, frameTypes } from './frame-placement.ts'
import { jsonSchemas, type JsonSchema } from './json-schema.ts'
import { payloadSchemas } from './payload-names.ts'

const pascal = (name: string): string =>
  name.replace(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase())

/** The name of the schema of a whole frame of the server. */
export const serverSchemaName = (type: string): string => `${pascal(type)}Frame`
/** The name of the schema of a frame of a client. */
export const clientSchemaName = (type: string): string => `Client${pascal(type)}Frame`

/** The schemas of every frame in both directions, and of what they carry. */
export function socketSchemas(): Record<string, JsonSchema> {
  const named: Record<string, z.ZodType> = { ...payloadSchemas }
  for (const type of frameTypes) named[serverSchemaName(type)] = frameSchema(type)
  for (const option of clientFrameSchema.options) named[clientSchemaName(option.shape.type.value)] = option
  return jsonSchemas(named, 'draft-7')
}
