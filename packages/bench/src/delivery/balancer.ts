import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

type Pair = { readonly client: Socket; readonly upstream: Socket; stalled: boolean }

/**
 * What stands before replicas: each connection goes to the next one that takes it, and nothing is known of what is
 * said. Connections can be made to stand still, as if their clients did not read.
 */
export class Balancer implements AsyncDisposable {
  readonly port: number
  /** When connections were taken on by a replica, Unix ms. */
  readonly acceptedMs: number[] = []
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #ports: readonly number[] = []
  #next = 0

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
    server.on('connection', (client) => this.#take(client))
  }

  static async open(): Promise<Balancer> {
    const server = createServer({ noDelay: true })
    server.listen({ host: '127.0.0.1', port: 0, backlog: 8_192 })
    await once(server, 'listening')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address
    const { port } = server.address() as AddressInfo
    return new Balancer(server, port)
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/ws`
  }

  /** Sends new connections to these ports; those that stand stay. */
  route(ports: readonly number[]): void {
    this.#ports = ports
  }

  /** Every connection breaks, without a word. */
  cut(): void {
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy()
      upstream.resetAndDestroy()
    }
  }

  /** Nothing more is read for the newest so many connections; answers what lets them read on. */
  stall(count: number): () => void {
    const pairs = [...this.#pairs].slice(-count)
    for (const pair of pairs) {
      pair.stalled = true
      pair.upstream.pause()
    }
    return () => {
      for (const pair of pairs) {
        pair.stalled = false
        pair.upstream.resume()
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client, upstream } of this.#pairs) {
      client.destroy()
      upstream.destroy()
    }
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #take(client: Socket): void {
    client.on('error', () => client.destroy())
    this.#dial(client, this.#ports.length)
  }

  /** Tries one replica after the other; when none takes it, the client has to come again. */
  #dial(client: Socket, chances: number): void {
    const port = this.#ports[this.#next % this.#ports.length]
    this.#next += 1
    if (chances === 0 || port === undefined) return void client.destroy()
    const upstream = connect({ host: '127.0.0.1', port, noDelay: true })
    const onRefused = () => {
      upstream.destroy()
      this.#dial(client, chances - 1)
    }
    upstream.once('error', onRefused)
    upstream.once('connect', () => {
      upstream.off('error', onRefused)
      this.acceptedMs.push(Date.now())
      this.#join(client, upstream)
    })
  }

  #join(client: Socket, upstream: Socket): void {
    const pair = { client, upstream, stalled: false }
    this.#pairs.add(pair)
    const end = () => {
      this.#pairs.delete(pair)
      client.destroy()
      upstream.destroy()
    }
    upstream.on('error', end)
    upstream.on('data', (chunk) => {
      if (!client.write(chunk)) upstream.pause()
    })
    client.on('drain', () => {
      if (!pair.stalled) upstream.resume()
    })
    client.pipe(upstream)
    // What was said last still goes out.
    upstream.on('end', () => client.end())
    upstream.on('close', () => client.end())
    client.on('close', end)
    if (client.destroyed) end()
  }
}
