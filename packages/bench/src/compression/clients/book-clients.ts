import { Latencies } from '../../fanout/latencies.ts'
import { BookClient, type Reading } from './book-client.ts'
import { SeenBooks, type SeenBook } from './seen-books.ts'

/** Connections that are opened at the same time. */
const openingAtOnce = 50

export type ClientsTarget = Reading & {
  readonly url: string
  readonly clients: number
  /** What every one of them listens to. */
  readonly channels: readonly string[]
}

/** Of all clients, since the counters were cleared. */
export type ClientsReport = {
  readonly bytes: number
  readonly books: number
  readonly seen: readonly SeenBook[]
  /** Changes to books that a client did not have. */
  readonly strayChanges: number
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  /** Connections that the server ended, by close code. */
  readonly closed: readonly number[]
}

/** Clients of one server that all read the same books. */
export class BookClients {
  private clients: BookClient[] = []
  private seen = new SeenBooks()
  private readonly latencies = new Latencies()
  private bytesBefore = 0
  private strayChanges = 0
  private closed: number[] = []

  async open({ clients, ...target }: ClientsTarget): Promise<void> {
    while (this.clients.length < clients) {
      const more = Math.min(openingAtOnce, clients - this.clients.length)
      const opened = Array.from({ length: more }, () => this.connect(target))
      this.clients.push(...opened)
      await Promise.all(opened.map(({ ready }) => ready))
    }
  }

  clear(): void {
    this.seen = new SeenBooks()
    this.latencies.clear()
    this.closed = []
    this.strayChanges = 0
    this.bytesBefore = this.bytes()
  }

  report(): ClientsReport {
    return {
      bytes: this.bytes() - this.bytesBefore,
      books: this.seen.count,
      seen: this.seen.report(),
      strayChanges: this.strayChanges,
      p50Ms: this.latencies.quantileMs(0.5),
      p99Ms: this.latencies.quantileMs(0.99),
      closed: this.closed,
    }
  }

  close(): void {
    for (const client of this.clients) client.end()
    this.clients = []
  }

  private connect(target: Omit<ClientsTarget, 'clients'>): BookClient {
    return new BookClient({
      ...target,
      onBook: (version, book) => {
        this.seen.add(version, book)
        this.latencies.add((Date.now() - book.timestamp_ms) * 1_000)
      },
      onStrayChange: () => (this.strayChanges += 1),
      onEnd: (code) => this.closed.push(code),
    })
  }

  private bytes(): number {
    return this.clients.reduce((sum, { bytes }) => sum + bytes, 0)
  }
}
