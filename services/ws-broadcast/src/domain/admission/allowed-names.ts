import { hostName } from './loopback.ts'

/** What is wrong with origins and host names that may use this service; each has to be named, so that none slips in. */
export function* allowedProblems(allowed: {
  readonly origins: readonly string[]
  readonly hosts: readonly string[]
}): Iterable<string> {
  for (const origin of allowed.origins) {
    const problem = originProblem(origin)
    if (problem !== undefined) yield `WHALECAST_ALLOWED_ORIGINS: ${JSON.stringify(origin)} ${problem}`
  }
  for (const host of allowed.hosts) {
    if (host.includes('*'))
      yield `WHALECAST_ALLOWED_HOSTS: ${JSON.stringify(host)} would let any page point its own name here; name each host`
    else if (hostName(host) === undefined)
      yield `WHALECAST_ALLOWED_HOSTS: ${JSON.stringify(host)} is no name like example.org or example.org:8443`
  }
}

function originProblem(origin: string): string | undefined {
  if (origin.includes('*') || origin === 'null')
    return 'would let any page of the world use the rights of whoever opens it; name each origin'
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  const whole = url && (url.protocol === 'http:' || url.protocol === 'https:') && url.origin
  const said = origin.toLowerCase().replace(/\/$/, '')
  // A default port that is written out is one that no browser sends.
  return whole === said
    ? undefined
    : 'is no origin like https://example.org: scheme and host, a port if it is not the usual'
}
