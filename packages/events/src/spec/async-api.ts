import { clientFrameSchema } from '../frames.ts'
import { wireChannels, type WireChannelName } from '../wire/channels.ts'
import { closeCodes, shouldReconnect } from '../wire/close-codes.ts'
import { subprotocol } from '../wire/envelope.ts'
import { clientExamples } from './client-examples.ts'
import { documentInfo } from './document-info.ts'
import { controlTypes, frameTypes, typesOn, wireChannelNames } from './frame-placement.ts'
import {
  channelSummaries,
  clientReplies,
  clientSummaries,
  closeSummaries,
  errorSummaries,
  serverSummaries,
} from './frame-summaries.ts'
import { schemaRef, type JsonSchema } from './json-schema.ts'
import { clientSchemaName, serverSchemaName, socketSchemas } from './socket-schemas.ts'

type Ref = { readonly $ref: string }

/** A frame of one type. A client's frames stand under `client_` and their type: `ping` and `pong` go both ways. */
export type AsyncApiMessage = {
  /** The frame's `type`. */
  readonly name: string
  readonly summary: string
  readonly payload: Ref
  readonly examples?: readonly { readonly payload: JsonSchema }[]
}

/** What of an AsyncAPI 3 document we write. */
export type AsyncApiDocument = {
  readonly asyncapi: '3.0.0'
  readonly servers: { readonly here: JsonSchema & { readonly host: string } }
  readonly channels: Readonly<
    Record<string, JsonSchema & { readonly messages: Readonly<Record<string, Ref>> }>
  >
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly messages: Readonly<Record<string, AsyncApiMessage>>
  } & JsonSchema
} & JsonSchema

const clientTypes = clientFrameSchema.options.map(({ shape }) => shape.type.value)
const clientMessage = (type: string): string => `client_${type}`
const entries = <Value>(keys: readonly string[], valueOf: (key: string) => Value): Record<string, Value> =>
  Object.fromEntries(keys.map((key) => [key, valueOf(key)]))
const refTo = (path: string) => (name: string) => ({ $ref: `#/${path}/${name}` })

/**
 * The protocol of the socket as an AsyncAPI 3 document. Every channel that a client may subscribe to is a channel of
 * it, under the name by which it is asked for; `socket` holds what belongs to none.
 */
export function asyncApi(host: string): AsyncApiDocument {
  return {
    asyncapi: '3.0.0',
    info: { title: 'Whalecast socket', ...documentInfo },
    defaultContentType: 'application/json',
    servers: {
      here: {
        host,
        protocol: 'ws',
        description: `Subprotocol ${subprotocol}. Behind a proxy with TLS: wss.`,
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: {
      socket: socketChannel(),
      ...Object.fromEntries(wireChannelNames.map((name) => [name, logicalChannel(name)])),
    },
    operations: operations(),
    components: {
      messages: messages(),
      schemas: socketSchemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Also read from a frame of type `auth`.' },
      },
    },
  }
}

function messages(): Record<string, AsyncApiMessage> {
  const found: Record<string, AsyncApiMessage> = {}
  for (const type of frameTypes) {
    const payload = { $ref: schemaRef(serverSchemaName(type)) }
    found[type] = { name: type, summary: serverSummaries[type], payload }
  }
  for (const type of clientTypes) {
    const payload = { $ref: schemaRef(clientSchemaName(type)) }
    const examples = [{ payload: clientExamples[type] }]
    found[clientMessage(type)] = { name: type, summary: clientSummaries[type], payload, examples }
  }
  return found
}

/** A client that resumes wants no snapshot of what it holds. */
const socketQuery = {
  type: 'object',
  properties: {
    defaults: { type: 'string', enum: ['off'], description: 'No channel is on without asking.' },
  },
}

function socketChannel() {
  const codes = Object.entries(closeSummaries).map(([name, summary]) => {
    const code = Object.entries(closeCodes).find(([known]) => known === name)?.[1] ?? 0
    return { code, summary, reconnect: shouldReconnect(code) }
  })
  return {
    address: '/ws',
    title: 'The connection',
    description: 'Frames that belong to no channel, and everything that a client sends.',
    messages: entries([...controlTypes, ...clientTypes.map(clientMessage)], refTo('components/messages')),
    bindings: { ws: { method: 'GET', query: socketQuery, bindingVersion: '0.1.0' } },
    'x-close-codes': codes.toSorted((a, b) => a.code - b.code),
    'x-error-codes': errorSummaries,
  }
}

function logicalChannel(name: WireChannelName) {
  const { class: promise, onByDefault, snapshot, perMarket, scope } = wireChannels[name]
  const plain = {
    title: name,
    description: channelSummaries[name],
    messages: entries(typesOn(name), refTo('components/messages')),
    'x-class': promise,
    'x-on-by-default': onByDefault,
    'x-snapshot': snapshot,
    'x-scope': scope,
    'x-also-without-ticker': perMarket === 'also',
  }
  if (perMarket === 'no') return { address: name, ...plain }
  const parameters = { ticker: { description: 'The ticker of a market.' } }
  return { address: `${name}:{ticker}`, parameters, ...plain }
}

function operations() {
  const socket = { $ref: '#/channels/socket' }
  const ofSocket = refTo('channels/socket/messages')
  const received = Object.entries(clientReplies).map(([type, replies]) => [
    clientMessage(type),
    {
      action: 'receive',
      channel: socket,
      messages: [ofSocket(clientMessage(type))],
      reply: { channel: socket, messages: replies.map(ofSocket) },
    },
  ])
  const sent = wireChannelNames.map((name) => [
    name,
    {
      action: 'send',
      channel: { $ref: `#/channels/${name}` },
      messages: typesOn(name).map(refTo(`channels/${name}/messages`)),
    },
  ])
  const control = { action: 'send', channel: socket, messages: controlTypes.map(ofSocket) }
  return { ...Object.fromEntries(received), control, ...Object.fromEntries(sent) }
}
