import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { isLoopback } from '../../domain/admission/loopback.ts'

/** Where a request comes from. */
export type Peer = {
  /** The client's own address as far as it is known; for people to read. */
  readonly address: string
  /** What its connections are counted by; undefined when they are not: this machine's own, and trusted proxies'. */
  readonly countedBy: string | undefined
  /** A proxy stands between. */
  readonly forwarded: boolean
  /** Whether it reached a trusted proxy over TLS. */
  readonly secure: boolean
}

/** Proxies whose word on the client's address is believed: addresses and networks (`10.0.0.0/8`). Throws for others. */
export function trustedProxies(entries: readonly string[]): BlockList {
  const trusted = new BlockList()
  for (const entry of entries) {
    const [address = '', bits, ...rest] = entry.split('/')
    const family = isIP(address)
    const most = family === 4 ? 32 : 128
    const width = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
    if (family === 0 || rest.length > 0 || !(width <= most))
      throw new Error(`${JSON.stringify(entry)} is no address and no network like 10.0.0.0/8`)
    if (width === 0) throw new Error(`${entry} is everybody: then each client could choose its own address`)
    trusted.addSubnet(address, width, family === 4 ? 'ipv4' : 'ipv6')
  }
  return trusted
}

/**
 * Where a request comes from. Behind trusted proxies it is the newest address in `X-Forwarded-For` that is none of
 * theirs: what stands before it is what the client itself says. From anybody else the header means nothing.
 */
export function peerOf(request: Pick<IncomingMessage, 'headers' | 'socket'>, trusted: BlockList): Peer {
  const { headers, socket } = request
  const forwardedFor = headers['x-forwarded-for']
  const forwarded = forwardedFor !== undefined || headers['forwarded'] !== undefined
  const own = plain(socket.remoteAddress ?? '')
  if (!isTrusted(own, trusted)) return { address: own, countedBy: countedBy(own), forwarded, secure: false }
  const secure = headers['x-forwarded-proto'] === 'https'
  const path = [forwardedFor ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((entry) => plain(entry.trim()))
  const told = path.findLast((entry) => !isTrusted(entry, trusted))
  // Nobody but the proxies themselves, or a word that is no address: the proxy is all that is known.
  if (told === undefined || isIP(told) === 0) return { address: own, countedBy: undefined, forwarded, secure }
  return { address: told, countedBy: countedBy(told), forwarded, secure }
}

/** Without the mark of an IPv4 address that came over IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

function isTrusted(address: string, trusted: BlockList): boolean {
  const family = isIP(address)
  return family !== 0 && trusted.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Whoever has one IPv6 address has its whole /64. */
function countedBy(address: string): string | undefined {
  if (isLoopback(address)) return undefined
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('%', 1)[0]?.split('::', 2) ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
