import {
  accountOrderSchema,
  feeRuleSchema,
  fillSchema,
  positionSchema,
  settlementSchema,
} from '@whalecast/events'
import { z } from 'zod'
import type { PaperState } from '../domain/paper/paper-state.ts'

const integer = z.number().int()

const paperOrderSchema = accountOrderSchema.extend({
  client_order_id: z.string(),
  created_at_ms: integer,
  amount_e6: integer,
  fee_e6: integer,
  rests_until_ms: integer,
  fees: feeRuleSchema.optional(),
})

const paperStateSchema: z.ZodType<PaperState> = z.object({
  since_ms: integer,
  initial_e6: integer,
  cash_e6: integer,
  realized_e6: integer,
  fees_e6: integer,
  positions: z.array(positionSchema),
  orders: z.array(paperOrderSchema),
  fills: z.array(fillSchema),
  fills_count: integer,
  settlements: z.array(settlementSchema),
  settlements_count: integer,
})

/** The field of the partition that holds the paper account. */
export const paperField = 'paper'

/** The account as it was stored; undefined when there is none, `unreadable` when it makes no sense. */
export function readPaper(text: string | undefined): PaperState | 'unreadable' | undefined {
  if (text === undefined) return undefined
  try {
    return paperStateSchema.safeParse(JSON.parse(text)).data ?? 'unreadable'
  } catch {
    return 'unreadable'
  }
}
