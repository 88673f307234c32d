import type { Access } from '../../domain/access/access.ts'
import { Admission, type AdmissionLimits } from '../../domain/admission/admission.ts'
import { Gate, type GateOptions } from '../../domain/admission/gate.ts'
import { RequestRate } from '../../domain/admission/request-rate.ts'
import { Door, type DoorOptions } from './door.ts'
import { trustedProxies } from './peer-address.ts'

export type DoorConfig = {
  readonly allowed: GateOptions
  readonly httpHost: string
  readonly limits: AdmissionLimits & {
    /** HTTP requests of one address. */
    readonly requestsPerSecond: number
  }
  /** Addresses and networks of proxies whose word on a client's address is believed. */
  readonly proxies: readonly string[]
}

/** The way in, as it is configured. */
export function openDoor(
  { allowed, httpHost, limits, proxies }: DoorConfig,
  deps: Pick<DoorOptions, 'now' | 'onRefused'> & { readonly access: Access },
): Door {
  return new Door({
    ...deps,
    gate: new Gate({ ...allowed, hosts: [httpHost, ...allowed.hosts] }),
    admission: new Admission(limits, deps.now()),
    requests: new RequestRate(limits.requestsPerSecond),
    trusted: trustedProxies(proxies),
  })
}
