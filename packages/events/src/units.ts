import { z } from 'zod'

/** Unix milliseconds. */
export const timestampMs = z.number().int().nonnegative()
/** A price in 1e-4 dollars: 0 … 10,000. */
export const priceE4 = z.number().int().min(0).max(10_000)
/** A number of contracts in 1e-2 contracts. */
export const countE2 = z.number().int().nonnegative()
/** An exchange ticker. Tickers may contain dots and hyphens; they are names, not structure. */
export const ticker = z.string().min(1).max(128)
/** The side of a contract; `unknown` when the exchange did not say, and then nothing may be guessed. */
export const side = z.enum(['yes', 'no', 'unknown'])

export type Side = z.infer<typeof side>
