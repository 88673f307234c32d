import { connectWhalecast, type WhalecastClient } from '@whalecast/client'
import type { ServerFrameMap } from '@whalecast/events'
import { json } from '../exchange-admin.ts'
import { centsToE6, type SeenAtWhalecast, type ToldFill, type TradingState } from './evidence.ts'

type Activity = ServerFrameMap['system_activity']

/** Writes down all that a client is told about the account. */
export class AccountWatch {
  private readonly url: string
  private readonly client: WhalecastClient
  private readonly states: TradingState[] = []
  private readonly fills = new Map<string, ToldFill>()

  /** @param url The console's address, with a slash at its end. */
  constructor(url: string) {
    this.url = url
    // Over the changes, as the console gets it: what is put together from them is what is judged.
    this.client = connectWhalecast({
      url: `${url.replace('http', 'ws')}ws`,
      channels: ['trading_state'],
    })
    this.client.on('trading_state', ({ data }) => void this.states.push(data))
    this.client.on('system_activity', ({ data }) => this.onActivity(data))
  }

  /** What was told before this client came; resolves once it is known. */
  async readHistory(): Promise<void> {
    const { activities } = await json<{ activities: Activity[] }>(`${this.url}v1/activity?limit=500`)
    for (const activity of activities) this.onActivity(activity)
  }

  get connected(): boolean {
    return this.client.state.type === 'connected'
  }

  get evidence(): SeenAtWhalecast {
    return { states: this.states, fills: this.fills }
  }

  /** Markets in which anything was ever bought. */
  get tickers(): readonly string[] {
    return [...new Set(this.states.flatMap(({ fills }) => fills.map(({ ticker }) => ticker)))]
  }

  private onActivity({ activity_type: type, metadata }: Activity): void {
    if (type !== 'order_fill') return
    const fillId = String(metadata['trade_id'])
    const feeE6 = centsToE6(Number(metadata['fee_cents']))
    this.fills.set(fillId, { fillId, feeE6, isTaker: metadata['is_taker'] === true })
  }

  close(): void {
    this.client.close()
  }
}
