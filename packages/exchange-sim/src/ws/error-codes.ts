/** The errors of the socket protocol that this exchange can raise: code and text, as the venue words them. */
export const protocolErrors = {
  unable_to_process: { code: 1, msg: 'Unable to process message' },
  params_required: { code: 2, msg: 'Params required' },
  channels_required: { code: 3, msg: 'Channels required' },
  sids_required: { code: 4, msg: 'Subscription IDs required' },
  unknown_command: { code: 5, msg: 'Unknown command' },
  unknown_sid: { code: 7, msg: 'Unknown subscription ID' },
  unknown_channel: { code: 8, msg: 'Unknown channel name' },
  authentication_required: { code: 9, msg: 'Authentication required' },
  invalid_parameter: { code: 11, msg: 'Invalid parameter' },
  one_sid_required: { code: 12, msg: 'Exactly one subscription ID is required' },
  unsupported_action: { code: 13, msg: 'Unsupported action' },
  market_required: { code: 14, msg: 'Market Ticker required' },
  action_required: { code: 15, msg: 'Action required' },
  buffer_overflow: { code: 25, msg: 'Subscription buffer overflow' },
  market_limit: { code: 26, msg: 'Subscription market limit exceeded' },
  too_many_requests: { code: 27, msg: 'Too many requests' },
} as const

export type ProtocolErrorName = keyof typeof protocolErrors

/** A command the exchange refuses. `sid` is set when it concerns one subscription of the connection. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly error: ProtocolErrorName
  readonly sid: number | undefined

  constructor(error: ProtocolErrorName, sid?: number) {
    super(protocolErrors[error].msg)
    this.error = error
    this.sid = sid
  }
}
