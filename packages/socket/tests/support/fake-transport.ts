import { ClosedError, type SocketError } from '../../src/errors.ts'
import type { Connection, ConnectionHandlers, DialRequest, Transport } from '../../src/transport.ts'

/** A dial whose fate the test decides. */
export class FakeDial implements Connection {
  readonly request: DialRequest
  readonly handlers: ConnectionHandlers
  readonly canPause: boolean
  readonly sent: string[] = []
  readonly farewells: number[] = []
  pings = 0
  paused = false
  terminated = false
  /** Whether the peer leaves a farewell unanswered. */
  deaf = false
  closed = false

  constructor(request: DialRequest, handlers: ConnectionHandlers, canPause: boolean) {
    this.request = request
    this.handlers = handlers
    this.canPause = canPause
  }

  end(error: SocketError): void {
    if (this.closed) return
    this.closed = true
    this.handlers.onClosed(error)
  }

  send(text: string): boolean {
    this.sent.push(text)
    return true
  }

  ping(): void {
    this.pings += 1
  }

  pause(): boolean {
    this.paused = this.canPause
    return this.canPause
  }

  resume(): void {
    this.paused = false
  }

  close(code: number): void {
    this.farewells.push(code)
    if (!this.deaf) queueMicrotask(() => this.end(new ClosedError(code, '')))
  }

  terminate(): void {
    this.terminated = true
    queueMicrotask(() => this.end(new ClosedError(1006, '')))
  }
}

/** A transport that keeps its dials for the test to look at. */
export class FakeTransport {
  readonly dials: FakeDial[] = []
  readonly dial: Transport
  /** Called with each new dial, in the order of attempts. */
  onDial: (dial: FakeDial) => void = () => {}

  constructor(canPause = true) {
    this.dial = (request, handlers) => {
      const dial = new FakeDial(request, handlers, canPause)
      this.dials.push(dial)
      queueMicrotask(() => this.onDial(dial))
      return dial
    }
  }

  get last(): FakeDial {
    const dial = this.dials.at(-1)
    if (dial === undefined) throw new Error('Nothing was dialed')
    return dial
  }
}
