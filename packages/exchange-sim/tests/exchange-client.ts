import { constants, createPrivateKey, sign } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { type ExchangeSim, type ExchangeSimOptions, startExchangeSim } from '@whalecast/exchange-sim'

/** An exchange for one test; quiet unless the options say otherwise, and gone at the end of the block. */
export async function openSim(options: ExchangeSimOptions = {}): Promise<ExchangeSim & AsyncDisposable> {
  const sim = await startExchangeSim({ seed: 11, rate: 0, markets: 20, keyType: 'ed25519', ...options })
  return { ...sim, [Symbol.asyncDispose]: () => sim.close() }
}

export type Frame = {
  readonly id?: number
  readonly type: string
  readonly sid: number
  readonly seq?: number
  readonly msg: Record<string, unknown>
}

export type Identity = { readonly keyId: string; readonly privateKeyPem: string }

/** The three auth headers, signed by hand so that the tests share no code with what they check. */
export function authHeaders(
  { keyId, privateKeyPem }: Identity,
  { method = 'GET', path = '/trade-api/ws/v2', timestamp = String(Date.now()) } = {},
): Record<string, string> {
  const text = Buffer.from(timestamp + method + path)
  const key = createPrivateKey(privateKeyPem)
  const signature =
    key.asymmetricKeyType === 'ed25519'
      ? sign(null, text, key)
      : sign('sha256', text, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
  return {
    'KALSHI-ACCESS-KEY': keyId,
    'KALSHI-ACCESS-TIMESTAMP': timestamp,
    'KALSHI-ACCESS-SIGNATURE': signature.toString('base64'),
  }
}

/** Status and JSON body of an upgrade that the exchange refuses; 101 when it does not. */
export async function upgrade(
  sim: ExchangeSim,
  headers: Record<string, string>,
): Promise<{ status: number; body: unknown; date: string | undefined }> {
  const socket = new WebSocket(sim.wsUrl, { headers })
  const opened = once(socket, 'open').then(() => ({ status: 101, body: undefined, date: undefined }))
  const refused = new Promise<{ status: number; body: unknown; date: string | undefined }>(
    (resolve, reject) => {
      socket.on('unexpected-response', (_request, response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text), date: response.headers.date }),
        )
        response.on('error', reject)
      })
    },
  )
  opened.catch(() => undefined)
  const result = await Promise.race([opened, refused])
  socket.on('error', () => undefined)
  socket.terminate()
  return result
}

/** A client that keeps what it receives until it is asked for. */
export class ExchangeClient implements AsyncDisposable {
  readonly socket: WebSocket
  readonly #inbox: Frame[] = []
  readonly #closed: Promise<number>
  #wake: () => void = () => undefined
  #commands = 0

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer) => {
      this.#inbox.push(JSON.parse(data.toString()))
      this.#wake()
    })
    this.#closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)))
  }

  static async connect(sim: ExchangeSim, nowMs = Date.now()): Promise<ExchangeClient> {
    const headers = authHeaders(sim, { timestamp: String(nowMs) })
    const client = new ExchangeClient(new WebSocket(sim.wsUrl, { headers }))
    await once(client.socket, 'open')
    return client
  }

  get closed(): Promise<number> {
    return this.#closed
  }

  /** Sends a command and answers its id. */
  send(cmd: string, params?: object): number {
    this.#commands += 1
    this.socket.send(JSON.stringify({ id: this.#commands, cmd, ...(params && { params }) }))
    return this.#commands
  }

  /** The next frame. */
  async next(): Promise<Frame> {
    for (;;) {
      const frame = this.#inbox.shift()
      if (frame) return frame
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** What has arrived and was not asked for yet, after everything on the way has arrived as well. */
  async rest(): Promise<Frame[]> {
    if (this.socket.readyState === this.socket.OPEN) await this.#echo()
    return this.#inbox.splice(0)
  }

  /** The next frames, so many of them. */
  async take(count: number): Promise<Frame[]> {
    const frames: Frame[] = []
    while (frames.length < count) frames.push(await this.next())
    return frames
  }

  /** Frames up to and including the first that fits. */
  async until(fits: (frame: Frame) => boolean): Promise<Frame[]> {
    const frames: Frame[] = []
    for (;;) {
      const frame = await this.next()
      frames.push(frame)
      if (fits(frame)) return frames
    }
  }

  /** Everything the exchange has sent so far: commands are answered in order, so a reply proves the rest is here. */
  async settle(): Promise<Frame[]> {
    const id = this.send('list_subscriptions')
    return (await this.until((frame) => frame.id === id)).slice(0, -1)
  }

  /** A ping's answer comes after everything that was sent before it. */
  async #echo(): Promise<void> {
    const answered = once(this.socket, 'pong')
    this.socket.ping()
    await answered
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close(1000)
    await this.#closed
  }
}

/** A key that may place orders, for the same account as the exchange's own read-only one. */
export function traderOf(sim: ExchangeSim, account?: string): Identity {
  return sim.issueKey({ scopes: ['read', 'write'], ...(account !== undefined && { account }) })
}

/** A signed request below the interface's root. */
export async function call(
  sim: ExchangeSim,
  identity: Identity,
  request: string,
  json?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const [method = 'GET', path = ''] = request.split(' ')
  const headers = authHeaders(identity, { method, path: `/trade-api/v2${path.split('?')[0]}` })
  const response = await fetch(`${sim.apiUrl}${path}`, {
    method,
    headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
    ...(json !== undefined && { body: typeof json === 'string' ? json : JSON.stringify(json) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

/** Tickers of the first markets of the listing. */
export async function listedTickers(sim: ExchangeSim, limit: number): Promise<string[]> {
  const response = await fetch(`${sim.apiUrl}/markets?limit=${limit}`)
  const { markets } = JSON.parse(await response.text())
  return markets.map(({ ticker }: { ticker: string }) => ticker)
}

/** The levels of one side of a snapshot frame; a side that is left out has none. */
export function levelsOf(frame: Frame | undefined, side: 'yes' | 'no'): [price: string, count: string][] {
  const levels = frame?.msg[`${side}_dollars_fp`]
  return Array.isArray(levels) ? levels : []
}
