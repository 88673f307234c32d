import { setTimeout as wait } from 'node:timers/promises'
import type { ClientEvent } from '@whalecast/delivery'
import { WebSocket, type ClientOptions } from 'ws'

const retryMs = 250

/**
 * One of thousands of clients in a process: no more than the protocol needs. It takes every frame as it comes and
 * leaves nothing out, so what comes twice is seen twice.
 */
export abstract class StormClient {
  readonly name: string
  /** Whether the server said that everything missed was sent. */
  recovered = false
  retries = 0
  protected readonly record: (event: ClientEvent) => void
  #socket: WebSocket | undefined

  constructor(name: string, record: (event: ClientEvent) => void) {
    this.name = name
    this.record = record
  }

  /** Resolves when it listens; tries again until it does. */
  async connect(url: string, token: string): Promise<void> {
    for (;;) {
      try {
        return await this.#dial(url, token)
      } catch {
        this.retries += 1
        await wait(retryMs * (0.5 + Math.random()))
      }
    }
  }

  cut(): void {
    this.#socket?.terminate()
  }

  protected abstract socketOf(url: string, token: string): readonly [string, string[], ClientOptions]
  /** Takes a text; answers what to send back, and whether it now listens. */
  protected abstract onText(text: string, token: string): { readonly say?: string; readonly ready?: boolean }
  protected hello(): string | undefined {
    return undefined
  }

  #dial(url: string, token: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const [address, protocols, options] = this.socketOf(url, token)
      const socket = new WebSocket(address, protocols, { ...options, perMessageDeflate: false })
      this.#socket = socket
      socket.on('open', () => {
        const hello = this.hello()
        if (hello !== undefined) socket.send(hello)
      })
      socket.on('message', (data: Buffer) => {
        const { say, ready } = this.onText(data.toString(), token)
        if (say !== undefined) socket.send(say)
        if (ready) resolve()
      })
      socket.on('error', reject)
      socket.on('close', (code) => reject(new Error(`closed with ${code}`)))
    })
  }
}
