export { defaultChannels, isTicker, parseChannel, wireChannels, type WireChannelName } from './channels.ts'
export { closeCodes, shouldReconnect } from './close-codes.ts'
export { batchSubprotocol, subprotocol, type Envelope, type Position } from './envelope.ts'
export { scopes, type Scope } from './scopes.ts'
