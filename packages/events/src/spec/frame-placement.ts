import { z } from 'zod'
import { channels } from '../channels.ts'
import { serverFrames, type ServerFrameType } from '../frames.ts'
import { timestampMs } from '../units.ts'
import {
  parseChannel,
  tickerPattern,
  wildcardPattern,
  wireChannels,
  type WireChannelName,
} from '../wire/channels.ts'

/** How the envelope says where a frame belongs. */
type Placement =
  /** An answer or a message to this client; on no channel. */
  | 'control'
  /** Of a channel, in no order. */
  | 'channel'
  /** An entry of a log: epoch, offset, and the offset before it. */
  | 'log'
  /** Stands for everything of a log up to a position, where one is known. */
  | 'log_head'
  /** A newest value; its version, where the owner has said it and not the replica itself. */
  | 'latest'

/** Frame types that are no type of the bus channel: what is there besides, and placed how. */
const ownPlacements: { readonly [Type in ServerFrameType]?: Placement } = {
  connection: 'control',
  subscribed: 'control',
  authenticated: 'control',
  error: 'control',
  goaway: 'control',
  ping: 'control',
  pong: 'control',
  gap: 'channel',
  trade: 'channel',
  history_replay: 'log_head',
  whale_processing: 'channel',
  trading_state_delta: 'latest',
  book_delta: 'latest',
}
const besides: { readonly [Name in WireChannelName]?: readonly ServerFrameType[] } = {
  system: ['history_replay'],
  trading_state: ['trading_state_delta'],
  book: ['book_delta'],
}

const isFrameType = (type: string): type is ServerFrameType => Object.hasOwn(serverFrames, type)
const isChannelName = (name: string): name is WireChannelName => Object.hasOwn(wireChannels, name)

export const frameTypes: readonly ServerFrameType[] = Object.keys(serverFrames).filter(isFrameType)
export const wireChannelNames: readonly WireChannelName[] = Object.keys(wireChannels).filter(isChannelName)

/** Every type of frame that comes on a channel. */
export function typesOn(name: WireChannelName): readonly ServerFrameType[] {
  const gaps: readonly ServerFrameType[] = wireChannels[name].class === 'log' ? ['gap'] : []
  return [...Object.keys(channels[name].types).filter(isFrameType), ...(besides[name] ?? []), ...gaps]
}

/** The frame types that come whatever a client listens to. */
export const controlTypes = frameTypes.filter((type) => ownPlacements[type] === 'control')

/** What a channel may be called in a frame: its name, a market's name behind it, or what tickers begin with. */
function channelSchema(name: WireChannelName): z.ZodType {
  const { perMarket } = wireChannels[name]
  if (perMarket === 'no') return z.literal(name)
  const wildcards = parseChannel(`${name}:${'A'.repeat(64)}*`) ? [wildcardPattern] : []
  const markets = [tickerPattern, ...wildcards].map(({ source }) => source.slice(1, -1)).join('|')
  return z
    .string()
    .regex(new RegExp(perMarket === 'only' ? `^${name}:(${markets})$` : `^${name}(:(${markets}))?$`))
}

/** A whole frame of a type, around its payload: exactly the fields of the envelope that such a frame has. */
export function frameSchema(type: ServerFrameType): z.ZodObject {
  const names = wireChannelNames.filter((name) => typesOn(name).includes(type))
  const [first] = names
  const placement =
    ownPlacements[type] ?? (first !== undefined && wireChannels[first].class === 'log' ? 'log' : 'latest')
  const integer = z.number().int()
  const place = { epoch: integer, offset: integer }
  const places = {
    control: {},
    channel: {},
    log: { ...place, prev: integer },
    log_head: { epoch: integer.optional(), offset: integer.optional() },
    latest: { version: type === 'health' || type === 'trader_status' ? integer.optional() : integer },
  }
  return z.object({
    type: z.literal(type),
    ts: timestampMs,
    ...(first !== undefined && { channel: names.length === 1 ? channelSchema(first) : z.enum(names) }),
    ...places[placement],
    data: serverFrames[type],
  })
}
