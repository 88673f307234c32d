import type { FillRecord } from './account-view.ts'
import type { GroupStep } from './order-groups.ts'
import type { OrderRecord } from './order-record.ts'
import type { Position } from './position.ts'

/** What happened to an account. */
export type AccountNews =
  | { readonly type: 'fill'; readonly fill: FillRecord }
  | { readonly type: 'position'; readonly position: Position }
  | { readonly type: 'order'; readonly order: OrderRecord }
  | {
      readonly type: 'group'
      readonly groupId: string
      readonly step: GroupStep
      readonly limitE2: number
      readonly tsMs: number
    }

/** What happens to accounts, told in the order in which it happens. */
export type AccountEvent = AccountNews & { readonly accountId: string; readonly userId: string }

/** Called synchronously, inside the change it is told about: it must neither throw nor change anything. */
export type AccountListener = (event: AccountEvent) => void
