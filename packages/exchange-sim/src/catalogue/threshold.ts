import type { MarketPlan } from './event-plan.ts'

/** A market on whether a number ends above a bound. */
export function above(plan: {
  suffix: string
  title: string
  label: string
  what: string
  floor: number
}): MarketPlan {
  const { suffix, title, label, what, floor } = plan
  return {
    suffix,
    title,
    yesSubTitle: label,
    rules: `If ${what} is above ${floor}, then the market resolves to Yes.`,
    strike: { type: 'greater', floor },
  }
}
