import { constants, inflateRawSync } from 'node:zlib'
import { envelopeSchema, serverFrames } from '@whalecast/events'
import { frameBytes, openRawSocket, opcodes, type RawSocket, type ServerFrame } from '@whalecast/testkit'
import type { SessionPlan } from './plan-session.ts'

/** How a connection went. */
export type SessionOutcome = {
  /** The code of the server's close frame; `lives`: it answered at the end; `left`: it was left in the middle of a frame. */
  readonly ending: number | 'empty' | 'cut' | 'lives' | 'left'
  /** Why that is wrong; undefined when it is right. */
  readonly problem: string | undefined
  /** Codes of the errors that were answered. */
  readonly errors: readonly string[]
}

export type SessionWhere = { readonly url: string; readonly localAddress: string }

const answerWithinMs = 20_000
/** No mutation makes it: what answers this has read everything before. */
const sentinel = 8_640_000_000_000_007
const asks = frameBytes({ payload: JSON.stringify({ type: 'ping', timestamp_ms: sentinel }) })

/** Plays a plan against a server. */
export async function runSession(
  plan: SessionPlan,
  { url, localAddress }: SessionWhere,
): Promise<SessionOutcome> {
  const { endings, isClean } = plan
  using raw = await openRawSocket(url, {
    localAddress,
    ...(plan.kind === 'deflated' && { headers: { 'sec-websocket-extensions': 'permessage-deflate' } }),
  })
  const heard = listen(raw)
  const bytes = Buffer.concat(isClean && endings.length === 0 ? [...plan.pieces, asks] : plan.pieces)
  raw.write(bytes)
  const say = (ending: SessionOutcome['ending'], problem: string | undefined): SessionOutcome => ({
    ending,
    problem: heard.problem ?? problem,
    errors: heard.errors,
  })
  if (endings.length === 0 && !isClean) return say('left', undefined)
  const late = timer(answerWithinMs)
  const ended = await Promise.race([raw.ended, heard.answered, late.passed])
  late.cancel()
  if (ended === 'late') return say('cut', `neither an answer nor an end within ${answerWithinMs / 1_000} s`)
  if (ended === 'answered') {
    const { code } = await raw.close()
    if (code !== 1000) return say(code, `a farewell with 1000 was answered with ${code}`)
    return say('lives', endings.length === 0 ? undefined : `it lives on; expected ${endings.join(' or ')}`)
  }
  const { code } = ended
  const isRight = code !== 'cut' && endings.includes(code)
  return say(
    code,
    isRight ? undefined : `ended with ${code}; expected ${endings.join(' or ') || 'an answer'}`,
  )
}

function listen(raw: RawSocket) {
  const errors: string[] = []
  const heard: { problem?: string; readonly errors: string[]; readonly answered: Promise<'answered'> } = {
    errors,
    answered: new Promise((resolve) => {
      const take = (frame: ServerFrame) => {
        const { opcode } = frame
        if (opcode !== opcodes.text) return
        const read = readFrame(frame)
        if (read.problem !== undefined) heard.problem = read.problem
        if (read.error !== undefined) errors.push(read.error)
        if (read.answers) resolve('answered')
      }
      for (const frame of raw.frames) take(frame)
      raw.onFrame(take)
    }),
  }
  return heard
}

type Read = { readonly problem?: string; readonly error?: string; readonly answers?: boolean }

const inflate = { finishFlush: constants.Z_SYNC_FLUSH }

/** Whatever a server says has to be a frame that its schema knows. */
function readFrame({ rsv, payload }: ServerFrame): Read {
  const text = (rsv === 0 ? payload : inflateRawSync(payload, inflate)).toString()
  try {
    const { type, data } = envelopeSchema.parse(JSON.parse(text))
    const schema = Object.entries(serverFrames).find(([known]) => known === type)?.[1]
    if (!schema) return { problem: `the server sent a frame of type ${type}` }
    schema.parse(data)
    if (type === 'error') return { error: serverFrames.error.parse(data).code }
    return { answers: type === 'pong' && serverFrames.pong.parse(data).timestamp_ms === sentinel }
  } catch {
    return { problem: `the server sent what no schema allows: ${text.slice(0, 200)}` }
  }
}

function timer(ms: number) {
  let cancel = () => {}
  const passed = new Promise<'late'>((resolve) => {
    const handle = setTimeout(() => resolve('late'), ms)
    cancel = () => clearTimeout(handle)
  })
  return { passed, cancel }
}
