import { z } from 'zod'
import { activitySeverity } from './activity.ts'
import { severity } from './whale.ts'

const valuesPerList = 16
const list = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(valuesPerList)
const severityOfEither = z.union([severity, activitySeverity])

/**
 * Which entries of a channel a client wants; all of it has to hold. A list holds when one of its values does. What a
 * key means for which channel stands in `filterKeys`.
 */
export const filterSchema = z.strictObject({
  /** By `whale_size_dollars` of a whale, `payout_dollars` of a print. */
  min_size_dollars: z.number().nonnegative().max(1e15).optional(),
  /** This severity or a graver one: S1 to S4 of whales; info (as grave as success), warning, error of activities. */
  min_severity: severityOfEither.optional(),
  severity: list(severityOfEither).optional(),
  /** How the market's ticker begins. */
  ticker_prefix: list(z.string().regex(/^[A-Za-z0-9._-]{1,128}$/)).optional(),
})
export type Filter = z.infer<typeof filterSchema>
