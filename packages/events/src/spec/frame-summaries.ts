import type { ClientFrame, ErrorCode, ServerFrameType } from '../frames.ts'
import type { closeCodes } from '../wire/close-codes.ts'
import type { WireChannelName } from '../wire/channels.ts'

/** What each frame of the server means, in one sentence. */
export const serverSummaries: { readonly [Type in ServerFrameType]: string } = {
  connection:
    'First frame of every connection: who answers, which channels are on, what this connection may see, where each log stands.',
  history_replay: 'The newest transitions of the system, oldest first; live entries continue it.',
  system_activity: 'Something that happened and that an operator wants to read.',
  trader_status: 'How the system fares; each 10 seconds and when its phase changes.',
  health: 'The verdict of every component on itself, and of the system as a whole.',
  whale: 'A print large enough to tell everyone about.',
  whale_queue: 'The largest prints inside the window, largest first.',
  whale_processing: 'A whale is being judged, or has been. Live only: it has no place in the log.',
  decision: 'What became of a whale when it was judged.',
  follow: 'How following stands.',
  trading_state: 'Balance, positions and orders of the account, whole.',
  trading_state_delta:
    'What changed in the trading state since the version `base_version`; for clients that asked.',
  book: 'The top of the order book of one market.',
  book_delta: 'What changed in a book since the version `base_version`; for clients that asked.',
  ticker: 'Prices and totals of one market.',
  feed_gap: 'What the feed from the exchange missed, and what became of it.',
  feed_state: 'The state of one socket to the exchange, told on change.',
  trade: 'One print.',
  subscribed: 'Answer to `subscribe` and `unsubscribe`: every channel that is on now.',
  authenticated: 'Answer to `auth`: whose token it is, and what this connection may do from now on.',
  gap: 'Entries of a log that this client will not get, from one offset to another, both included.',
  error: 'A frame of the client was not obeyed. The connection stays.',
  goaway: 'The server ends this connection soon; come back after so many milliseconds.',
  ping: 'Are you there? Answer with `pong`. `positions`: up to where each log has been sent to you.',
  pong: 'Answer to `ping`, with its time.',
}

/** What each frame of a client asks for, in one sentence. */
export const clientSummaries: { readonly [Type in ClientFrame['type']]: string } = {
  subscribe:
    'Turns channels on. What a channel shows first comes before its live frames, without a hole between.',
  unsubscribe: 'Turns channels off.',
  auth: 'Shows a token; what it opens is on from now on.',
  resync: 'The newest value of a latest channel once more, whole.',
  ping: 'Is anybody there? Answered with `pong`.',
  pong: 'Answer to the ping of the server, with its time.',
}

/** The answers to each frame of a client, besides what is on a channel. */
export const clientReplies: { readonly [Type in ClientFrame['type']]: readonly ServerFrameType[] } = {
  subscribe: ['subscribed', 'error'],
  unsubscribe: ['subscribed', 'error'],
  auth: ['authenticated', 'subscribed', 'error'],
  resync: ['error'],
  ping: ['pong', 'error'],
  pong: ['error'],
}

/** What each channel is about. */
export const channelSummaries: { readonly [Name in WireChannelName]: string } = {
  system: 'Activities of the system, and its transitions. Those of the account need its scope.',
  status: 'The status of the trader.',
  health: 'The health of the system.',
  whales: 'Large prints.',
  decisions: 'What became of each whale.',
  whale_queue: 'The largest prints of the last minutes.',
  feed: 'What the feed from the exchange missed, and its state.',
  follow: 'How following stands.',
  trading_state: 'The account: balance, positions, orders.',
  tape: 'Every print, every print of one market, or of all markets whose tickers begin alike.',
  book: 'The order book of one market.',
  ticker: 'The prices of one market.',
}

/** Why a frame of a client was not obeyed. */
export const errorSummaries: { readonly [Code in ErrorCode]: string } = {
  bad_json: 'The frame is no JSON.',
  unknown_type: 'There is no such type of frame.',
  bad_frame: 'A field is missing or has the wrong type; the message names it.',
  binary: 'Frames are text.',
  unknown_channel: 'There is no such channel; the others of the same frame are turned on.',
  too_many_channels: 'More channels than one client may listen to; none of this frame is turned on.',
  rate_limited: 'Too many frames; those above the limit are not read.',
  too_many_connections: 'The owner of this token has as many connections as one may have.',
  unauthorized: 'Nobody has this token, or a scope is missing.',
  unavailable: 'Nobody can say now whose token this is; show it again.',
  bad_filter: 'A filter that has no meaning for a channel of the frame; nothing of the frame is turned on.',
  too_many_filters:
    'More filters or wildcards than one client or this replica may have; none of this frame is turned on.',
  token_expiring: 'The token ends within a minute: show a fresh one with `auth`.',
  not_subscribed: '`resync` of a channel that this client does not listen to, or that has no newest value.',
}

/** Why a connection was ended. */
export const closeSummaries: { readonly [Name in keyof typeof closeCodes]: string } = {
  protocolError: 'A message broke the protocol.',
  unauthorized: 'Tokens that nobody has were shown again and again.',
  forbiddenOrigin: 'The origin of the page or the host of the request is not allowed.',
  rateLimited: 'Frames came faster than allowed, again and again.',
  pongTimeout: 'Two pings in a row were not answered.',
  tokenExpired: 'The token has expired; come back with a fresh one.',
  slowConsumer: 'The client read too slowly for too long.',
  serviceRestart: 'The server shuts down or moves the client away.',
}
