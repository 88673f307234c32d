/** One exchange connection's subscriptions: answers commands in the exchange's shapes and numbers its frames. */
export class Subscriptions {
  private readonly sids = new Map<string, number>()
  private readonly seqs = new Map<number, number>()
  private lastSid = 0

  /** The sid of the `trade` channel, while it is subscribed. */
  get tradeSid(): number | undefined {
    return this.sids.get('trade')
  }

  /** The next sequence number of a subscription. */
  nextSeq(sid: number): number {
    const seq = (this.seqs.get(sid) ?? 0) + 1
    this.seqs.set(sid, seq)
    return seq
  }

  /** The frames that answer a command. */
  answer(text: string): readonly string[] {
    const command = parsed(text)
    if (!command) return [refusal(0, 1, 'Unable to process message')]
    const { id, cmd, params } = command
    switch (cmd) {
      case 'subscribe':
        return listOf(params['channels']).map((channel) => this.subscribe(id, String(channel)))
      case 'unsubscribe':
        return listOf(params['sids']).map((sid) => this.unsubscribe(id, Number(sid)))
      case 'update_subscription':
        return listOf(params['sids'] ?? [params['sid']]).map((sid) => this.update(id, Number(sid)))
      case 'list_subscriptions':
        return [
          JSON.stringify({
            id,
            type: 'ok',
            msg: [...this.sids].map(([channel, sid]) => ({ channel, sid })),
          }),
        ]
      default:
        return [refusal(id, 5, 'Unknown command')]
    }
  }

  private subscribe(id: number, channel: string): string {
    const known = this.sids.get(channel)
    if (known !== undefined) return this.update(id, known)
    const sid = (this.lastSid += 1)
    this.sids.set(channel, sid)
    return JSON.stringify({ id, type: 'subscribed', msg: { channel, sid } })
  }

  private update(id: number, sid: number): string {
    if (![...this.sids.values()].includes(sid)) return refusal(id, 7, 'Unknown subscription ID')
    return JSON.stringify({ id, sid, seq: this.nextSeq(sid), type: 'ok', msg: { market_tickers: [] } })
  }

  private unsubscribe(id: number, sid: number): string {
    const channel = [...this.sids].find(([, known]) => known === sid)?.[0]
    if (channel === undefined) return refusal(id, 7, 'Unknown subscription ID')
    const seq = this.nextSeq(sid)
    this.sids.delete(channel)
    return JSON.stringify({ id, sid, seq, type: 'unsubscribed' })
  }
}

type Command = {
  readonly id: number
  readonly cmd: unknown
  readonly params: Readonly<Record<string, unknown>>
}

function parsed(text: string): Command | undefined {
  try {
    const { id, cmd, params }: { id?: unknown; cmd?: unknown; params?: object } = JSON.parse(text)
    return { id: typeof id === 'number' ? id : 0, cmd, params: { ...params } }
  } catch {
    return undefined
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function refusal(id: number, code: number, msg: string): string {
  return JSON.stringify({ id, type: 'error', msg: { code, msg } })
}
