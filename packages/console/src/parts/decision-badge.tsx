import type { DecisionAction } from '../state/frames.ts'

type Shown = { readonly label: string; readonly meaning: string }

/** Every verdict on a whale, in the words that the page uses for it. */
export const decisionNames: Readonly<Record<DecisionAction, Shown>> = {
  followed: { label: 'Followed', meaning: 'an order was placed' },
  failed: { label: 'Failed', meaning: 'an order was tried and did not come about' },
  skipped_age: { label: 'Too old', meaning: 'the whale was too old when it was judged' },
  skipped_position: { label: 'Has position', meaning: 'a position in this market is open already' },
  skipped_orders: { label: 'Has orders', meaning: 'an order in this market rests already' },
  rate_limited: { label: 'Rate limited', meaning: 'more whales came than may be followed in a minute' },
  skipped_side: { label: 'Side unknown', meaning: 'the exchange did not say which side took' },
  skipped_price: { label: 'Price moved', meaning: 'the price is no longer the whale’s' },
  skipped_spread: {
    label: 'Wide spread',
    meaning: 'the spread is too wide, or there is no book to judge it by',
  },
  skipped_limit: {
    label: 'At limit',
    meaning: 'a cap on the market, the portfolio or the day would be passed',
  },
  halted: { label: 'Halted', meaning: 'following is halted: daily loss, or too many failures in a row' },
}

/** Every verdict there is, the wanted one first. */
export const decisionActions = Object.keys(decisionNames).filter(isDecisionAction)

function isDecisionAction(name: string): name is DecisionAction {
  return Object.hasOwn(decisionNames, name)
}

/** What became of a whale, each verdict in a colour of its own. */
export function DecisionBadge({ action }: { readonly action: DecisionAction }) {
  const { label, meaning } = decisionNames[action]
  return (
    <span className="verdict" data-action={action} title={meaning}>
      {label.toUpperCase()}
    </span>
  )
}
