// Loopback ports for programs that cannot tell which free one they took.
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { UserError } from './steps.mjs'

// Below every range from which systems hand out ports for outgoing connections, so that none of those
// can take a port between its choice and its use.
const lowest = 10_240
const highest = 32_000

/** Why `host:port` cannot be listened on, as the system's error code; undefined when it can. */
function listenProblem(host, port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(error.code ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

/** Chosen before and perhaps not listened on yet. */
const chosen = new Set()

/** The first of `count` adjacent ports on `host` on which nothing listens now, none of them chosen before. */
export async function freePorts(host, count = 1) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const first = randomInt(lowest, highest - count)
    const ports = Array.from({ length: count }, (_, index) => first + index)
    if (ports.some((port) => chosen.has(port))) continue
    const problems = []
    for (const port of ports) problems.push(await listenProblem(host, port))
    if (problems.every((problem) => problem === undefined)) {
      for (const port of ports) chosen.add(port)
      return first
    }
    const hopeless = problems.find((problem) => problem !== undefined && problem !== 'EADDRINUSE')
    if (hopeless) throw new UserError(`cannot listen on ${host}: ${hopeless}`)
  }
  throw new UserError(`found no ${count} free ports on ${host} between ${lowest} and ${highest}`)
}

/** Refuses a port that cannot be had, naming it and the variables that set it. */
export async function requirePort({ host, port, what, portVariable, hostVariable }) {
  const problem = await listenProblem(host, port)
  if (problem === undefined) return
  if (problem === 'EADDRINUSE')
    throw new UserError(
      `port ${port} on ${host} (${what}) is in use: stop what uses it, or set ${portVariable} to another one; 0 takes any free one`,
    )
  if (problem === 'EACCES')
    throw new UserError(
      `port ${port} on ${host} (${what}) needs rights that this user does not have: set ${portVariable} to one above 1023`,
    )
  throw new UserError(
    `cannot listen on ${host} (${what}, ${problem}): set ${hostVariable} to an address of this machine`,
  )
}
