import { type ChannelName, isChannel, needsEntitlement } from './channels.ts'
import { CommandError, type ProtocolErrorName } from './error-codes.ts'

/** Markets a command names, by ticker or (ticker channel only) by id; `undefined`: none named. */
export type MarketNames =
  | { readonly by: 'ticker'; readonly names: readonly string[] }
  | { readonly by: 'id'; readonly names: readonly string[] }
  | undefined

export type SubscribeCommand = {
  readonly cmd: 'subscribe'
  readonly channels: readonly ChannelName[]
  readonly markets: MarketNames
  readonly initialSnapshot: boolean
  readonly skipTickerAck: boolean
  readonly useYesPrice: boolean
}

/** `update_subscription` as far as it can be read without knowing the connection's subscriptions. */
export type UpdateCommand = {
  readonly cmd: 'update_subscription'
  readonly sid: number
  readonly action: string | undefined
  readonly markets: MarketNames
  readonly initialSnapshot: boolean
}

export type Command =
  | SubscribeCommand
  | UpdateCommand
  | { readonly cmd: 'unsubscribe'; readonly sids: readonly number[] }
  | { readonly cmd: 'list_subscriptions' }

type Fields = Readonly<Record<string, unknown>>

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The JSON object in a client's frame and its command id; throws CommandError when there is none. */
export function readFrame(text: string): { id: number; frame: Fields } {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    throw new CommandError('unable_to_process')
  }
  if (!isFields(frame)) throw new CommandError('unable_to_process')
  const { id = 0 } = frame
  if (!isInteger(id) || id < 0) throw new CommandError('unable_to_process')
  return { id, frame }
}

/** Reads a command out of a client's frame; throws CommandError with the code the exchange answers. */
export function parseCommand(frame: Fields): Command {
  const { cmd } = frame
  if (cmd !== undefined && typeof cmd !== 'string') throw new CommandError('unable_to_process')
  if (cmd === 'subscribe') return parseSubscribe(paramsOf(frame))
  if (cmd === 'update_subscription') return parseUpdate(paramsOf(frame))
  if (cmd === 'list_subscriptions') return { cmd }
  if (cmd !== 'unsubscribe') throw new CommandError('unknown_command')
  return { cmd, sids: required(integersIn(paramsOf(frame), 'sids'), 'sids_required') }
}

function parseSubscribe(params: Fields): SubscribeCommand {
  const names = required(textsIn(params, 'channels'), 'channels_required')
  const wanted = [...new Set(names)].map((name): ChannelName => {
    if (needsEntitlement(name)) throw new CommandError('authentication_required')
    if (!isChannel(name)) throw new CommandError('unknown_channel')
    return name
  })
  return {
    cmd: 'subscribe',
    channels: wanted,
    markets: marketsIn(params),
    initialSnapshot: flagIn(params, 'send_initial_snapshot'),
    skipTickerAck: flagIn(params, 'skip_ticker_ack'),
    useYesPrice: flagIn(params, 'use_yes_price'),
  }
}

function parseUpdate(params: Fields): UpdateCommand {
  const { sid, action } = params
  const sids = integersIn(params, 'sids') ?? []
  if (sid !== undefined && !isInteger(sid)) throw new CommandError('unable_to_process')
  const [only, ...others] = sid === undefined ? sids : [sid, ...sids]
  if (only === undefined || others.length > 0) throw new CommandError('one_sid_required')
  if (action !== undefined && typeof action !== 'string') throw new CommandError('unable_to_process')
  return {
    cmd: 'update_subscription',
    sid: only,
    action: action === '' ? undefined : action,
    markets: marketsIn(params),
    initialSnapshot: flagIn(params, 'send_initial_snapshot'),
  }
}

function marketsIn(params: Fields): MarketNames {
  const tickers = oneOrMany(params, 'market_ticker', 'market_tickers')
  const ids = oneOrMany(params, 'market_id', 'market_ids')
  if (tickers && ids) throw new CommandError('invalid_parameter')
  if (ids?.some((id) => !uuid.test(id))) throw new CommandError('invalid_parameter')
  if (tickers) return { by: 'ticker', names: tickers }
  return ids ? { by: 'id', names: ids } : undefined
}

function oneOrMany(params: Fields, one: string, many: string): readonly string[] | undefined {
  const single = params[one]
  const several = textsIn(params, many)
  if (single === undefined) return several
  if (typeof single !== 'string') throw new CommandError('unable_to_process')
  if (several) throw new CommandError('invalid_parameter')
  return [single]
}

function paramsOf(frame: Fields): Fields {
  const { params } = frame
  if (params === undefined || params === null) throw new CommandError('params_required')
  if (!isFields(params)) throw new CommandError('unable_to_process')
  return params
}

function flagIn(params: Fields, name: string): boolean {
  const value = params[name] ?? false
  if (typeof value !== 'boolean') throw new CommandError('unable_to_process')
  return value
}

function textsIn(params: Fields, name: string): string[] | undefined {
  return listIn(params, name, (item): item is string => typeof item === 'string')
}

function integersIn(params: Fields, name: string): number[] | undefined {
  return listIn(params, name, isInteger)
}

function listIn<T>(params: Fields, name: string, is: (item: unknown) => item is T): T[] | undefined {
  const list = params[name]
  if (list === undefined || list === null) return undefined
  if (!Array.isArray(list) || !list.every(is)) throw new CommandError('unable_to_process')
  return list
}

function required<T>(list: readonly T[] | undefined, error: ProtocolErrorName): readonly T[] {
  if (!list || list.length === 0) throw new CommandError(error)
  return list
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
