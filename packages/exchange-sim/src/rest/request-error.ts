import type { OrderRefusal } from '../accounts/order-refusal.ts'

/** A request that is answered with this status and JSON body instead of data. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number
  readonly body: object

  constructor(status: number, body: object) {
    super(`HTTP ${status} ${JSON.stringify(body)}`)
    this.status = status
    this.body = body
  }
}

/** A parameter that is out of range or malformed; the exchange answers these in its short form. */
export function badParameter(msg: string): RequestError {
  return new RequestError(400, { msg })
}

/** A filter the exchange does not know, or that does not go with the others. */
export function badFilter(details: string): RequestError {
  return new RequestError(400, { error: { code: 'bad_request', message: 'bad request', details } })
}

export function notFound(): RequestError {
  return new RequestError(404, { error: { code: 'not_found', message: 'not found' } })
}

/** How an order that was refused is answered. */
export function refusalBody({ code, message, details }: OrderRefusal): object {
  return { error: { code, message, ...(details !== undefined && { details }) } }
}

/** The code in the body of an error, in whichever of the exchange's forms it comes. */
export function codeOf(body: object): string {
  const { error = body, msg }: { error?: unknown; msg?: unknown } = body
  const { code }: { code?: unknown } = { ...Object(error) }
  if (typeof code === 'string') return code
  const text = [error, msg].find((value) => typeof value === 'string')
  return text?.replaceAll(' ', '_') ?? 'unknown'
}
