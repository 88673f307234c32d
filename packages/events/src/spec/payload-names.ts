import type { z } from 'zod'
import { systemActivitySchema } from '../activity.ts'
import { bookDeltaSchema, bookSchema, tickerSchema } from '../book.ts'
import { decisionSchema, followedWhaleSchema, followSchema, whaleProcessingSchema } from '../decision.ts'
import { feedGapSchema, feedStateSchema } from '../feed.ts'
import { filterSchema } from '../filter.ts'
import { healthComponentSchema, healthSchema } from '../health.ts'
import { marketSchema } from '../market.ts'
import { traderStatusSchema } from '../status.ts'
import { tradeFrameSchema } from '../trade.ts'
import {
  orderListItemSchema,
  positionDetailSchema,
  tradingStateDeltaSchema,
  tradingStateSchema,
} from '../trading-state.ts'
import { whaleEntrySchema, whaleQueueSchema, whaleSchema, whaleStatsSchema } from '../whale.ts'

/** Payloads that both documents know, by the names that both give them. */
export const payloadSchemas = {
  SystemActivity: systemActivitySchema,
  TraderStatus: traderStatusSchema,
  Health: healthSchema,
  HealthComponent: healthComponentSchema,
  Whale: whaleSchema,
  WhaleQueue: whaleQueueSchema,
  WhaleEntry: whaleEntrySchema,
  WhaleStats: whaleStatsSchema,
  Decision: decisionSchema,
  WhaleProcessing: whaleProcessingSchema,
  Follow: followSchema,
  FollowedWhale: followedWhaleSchema,
  TradingState: tradingStateSchema,
  TradingStateDelta: tradingStateDeltaSchema,
  PositionDetail: positionDetailSchema,
  OrderListItem: orderListItemSchema,
  Book: bookSchema,
  BookDelta: bookDeltaSchema,
  Ticker: tickerSchema,
  Market: marketSchema,
  Filter: filterSchema,
  FeedGap: feedGapSchema,
  FeedState: feedStateSchema,
  Trade: tradeFrameSchema,
} as const satisfies Readonly<Record<string, z.ZodType>>
