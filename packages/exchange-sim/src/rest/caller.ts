import type { Request } from 'express'
import type { Account } from '../accounts/account.ts'

const callers = new WeakMap<Request, Account>()

/** Notes whose signed request this is. */
export function setCaller(request: Request, account: Account): void {
  callers.set(request, account)
}

/** The account whose request this is, if it is signed. */
export function callerIfSigned(request: Request): Account | undefined {
  return callers.get(request)
}

/** The account whose request this is; private paths are served to signed requests only. */
export function callerOf(request: Request): Account {
  const account = callers.get(request)
  if (!account) throw new RangeError(`${request.path} was let in unsigned`)
  return account
}
