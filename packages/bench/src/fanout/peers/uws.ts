import { askedChannels, clientBufferBytes, peerPackage, servePeer, subscribedText } from './peer.ts'

type Socket = {
  subscribe(topic: string): boolean
  send(text: string, isBinary: boolean): number
}
type App = {
  ws(
    path: string,
    behavior: {
      readonly maxBackpressure: number
      readonly idleTimeout: number
      message(socket: Socket, message: ArrayBuffer): void
    },
  ): App
  listen(host: string, port: number, options: number, done: (socket: unknown) => void): App
  publish(topic: string, text: string, isBinary: boolean): boolean
  numSubscribers(topic: string): number
}
type Package = { App(): App; us_socket_local_port(socket: unknown): number }

/** Bounded as ws-broadcast bounds a client; what is above is dropped by it without a word. */
const limits = { maxBackpressure: clientBufferBytes, idleTimeout: 120 }

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its documentation says
const uws = peerPackage('@trufflesuite/uws-js-unofficial') as Package
const app = uws.App().ws('/ws', {
  ...limits,
  message: (socket, message) => {
    const channels = askedChannels(Buffer.from(message).toString())
    for (const channel of channels) socket.subscribe(channel)
    socket.send(subscribedText(channels), false)
  },
})
const listening = await new Promise<unknown>((resolve) => app.listen('127.0.0.1', 0, 0, resolve))
await servePeer({
  port: uws.us_socket_local_port(listening),
  isListened: (channel) => app.numSubscribers(channel) > 0,
  publish: (channel, message) => void app.publish(channel, JSON.stringify(message), false),
})
