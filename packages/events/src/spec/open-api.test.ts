import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openApi, type RouteSpec } from './open-api.ts'
import { payloadSchemas } from './payload-names.ts'

const spec: RouteSpec = {
  method: 'post',
  path: '/v1/things/{id}',
  id: 'thing',
  summary: 'Does a thing.',
  scope: 'admin',
  params: { id: z.string().max(9).describe('the id of a thing') },
  query: { limit: z.number().int().min(1) },
  body: z.strictObject({ all: z.boolean().optional() }),
  answer: z.object({ whale: payloadSchemas.Whale }),
  answersAlso: { 500: 'it was done in part' },
  failures: { 503: { codes: ['away'], when: 'nobody is there' } },
}
const { paths, components } = openApi([spec])
const operation = paths['/v1/things/{id}']?.['post']

describe('openApi', () => {
  test('tells the parameters as they are read, and who may ask', () => {
    expect(operation).toMatchObject({
      operationId: 'thing',
      'x-scope': 'admin',
      security: [{ token: [] }],
      parameters: [
        {
          name: 'id',
          in: 'path',
          required: true,
          description: 'the id of a thing',
          schema: { maxLength: 9 },
        },
        { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1 } },
      ],
    })
    const { scope: _, ...open } = spec
    expect(openApi([open]).paths).toMatchObject({
      '/v1/things/{id}': { post: { security: [{}, { token: [] }] } },
    })
  })

  test('payloads are named once and referred to; objects are open, but not where the server refuses more', () => {
    expect(components.schemas['ThingAnswer']).toEqual({
      type: 'object',
      properties: { whale: { $ref: '#/components/schemas/Whale' } },
      required: ['whale'],
    })
    expect(components.schemas['Whale']).not.toHaveProperty('additionalProperties')
    expect(components.schemas['ThingRequest']).toMatchObject({ additionalProperties: false })
    expect(JSON.stringify(components)).not.toContain(String(Number.MAX_SAFE_INTEGER))
  })

  test('every status that may come stands there, with the codes of its errors', () => {
    const responses = operation?.responses ?? {}
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '403', '429', '500', '503'])
    expect(JSON.stringify(responses['503'])).toContain('"enum":["unavailable","away"]')
    expect(responses['500']?.content['application/json']?.schema).toMatchObject({
      anyOf: [{ $ref: '#/components/schemas/ThingAnswer' }, { properties: { error: {} } }],
    })
  })
})
