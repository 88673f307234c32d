/** An order request that the exchange refuses, with the HTTP status and code it answers. */
export class OrderRefusal extends Error {
  override readonly name = 'OrderRefusal'
  readonly status: number
  readonly code: string
  readonly details: string | undefined

  constructor(status: number, code: string, details?: string) {
    super(code.toLowerCase().replaceAll('_', ' '))
    this.status = status
    this.code = code
    this.details = details
  }
}

/** Breaks a rule of the order book. */
export function invalidOrder(details: string): OrderRefusal {
  return new OrderRefusal(400, 'invalid_order', details)
}

export function unknownOrder(): OrderRefusal {
  return new OrderRefusal(404, 'order_not_found')
}
