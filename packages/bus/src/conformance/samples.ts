import { createHash } from 'node:crypto'
import type { ChannelEvent, Heartbeat, Trade } from '@whalecast/events'
import type { Fence } from '../bus.ts'

/** A UUID that depends on the number alone, so that a failing test names the same trade every time. */
export function tradeId(n: number): string {
  const hex = createHash('md5').update(`trade ${n}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export function trade(n: number, change: Partial<Trade> = {}): Trade {
  return {
    trade_id: tradeId(n),
    market_ticker: 'KXTEST-26NOV24-A',
    taker_side: 'yes',
    yes_price_e4: 6_200,
    count_e2: 100 * (n + 1),
    is_block_trade: false,
    executed_at_ms: 1_790_000_000_000 + n,
    received_at_ms: 1_790_000_000_005 + n,
    ...change,
  }
}

export function activity(n: number): ChannelEvent<'system'> {
  return {
    type: 'system_activity',
    data: {
      activity_id: `activity-${n}`,
      activity_type: 'operation',
      message: `activity ${n}`,
      state_at_event: 'ready',
      metadata: { severity: 'info' },
      timestamp_ms: 1_790_000_000_000 + n,
    },
  }
}

export function market(title: string, ticker = 'KXTEST-26NOV24-A'): ChannelEvent<'market'> {
  return {
    type: 'market',
    data: {
      market_ticker: ticker,
      event_ticker: null,
      title,
      sub_title: null,
      status: 'active',
      close_at_ms: null,
    },
  }
}

export function heartbeat(instance: string): Heartbeat {
  return {
    service: 'ingest',
    instance,
    started_at_ms: 1,
    sent_at_ms: 2,
    components: [],
    facts: { trades_received: 7 },
  }
}

export const fence = (term: number, owner = 'owner'): Fence => ({ owner, term })
