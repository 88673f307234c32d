import { clientFrameSchema, closeCodes } from '@whalecast/events'
import { frameBytes } from '@whalecast/testkit'
import { anyKind, mutateBytes } from './mutate-bytes.ts'
import { mutateDeflated } from './mutate-deflated.ts'
import { mutateText } from './mutate-text.ts'
import type { Random } from './random.ts'
import { StreamModel } from './stream-model.ts'

/** What one connection writes, and what the server has to make of it. */
export type SessionPlan = {
  /** Messages with faults, frames with faults, or compressed messages with faults. */
  readonly kind: 'text' | 'bytes' | 'deflated'
  readonly pieces: readonly Buffer[]
  /** How many of them are mutations. */
  readonly frames: number
  /** The codes with which the server may end the connection; none: it has to live on. */
  readonly endings: readonly (number | 'empty')[]
  /** Whether what comes next would be read as a message of its own. */
  readonly isClean: boolean
}

/** Below the burst that a client may send, with room for what asks whether the server still answers. */
const framesPerConnection = 50
/** As the server has it: the third token that nobody has ends the connection. */
const tokensRefused = 3

/** Plans a connection from a stream of chance: a quarter sends messages with faults, half frames with faults, a quarter compressed ones. */
export function planSession(seeds: readonly object[], random: Random): SessionPlan {
  const kind = random.pick(['text', 'bytes', 'bytes', 'deflated'] as const)
  const model = new StreamModel({ deflate: kind === 'deflated' })
  const pieces: Buffer[] = []
  while (pieces.length < framesPerConnection && model.counted < framesPerConnection) {
    const text = mutateText(random.pick(seeds), random)
    const piece = write[kind](text, random)
    pieces.push(piece)
    model.take(piece)
    // Frames with faults soon end a connection: some have to live on, to be asked whether they do.
    const isEnough = kind !== 'text' && random.once(4)
    if (model.ending !== undefined || isEnough) break
  }
  const refused = model.messages.filter(isToken).length >= tokensRefused
  const endings = [
    ...(refused ? [closeCodes.unauthorized] : []),
    ...(model.ending === undefined ? [] : [model.ending]),
  ]
  return { kind, pieces, frames: pieces.length, endings, isClean: model.isClean }
}

const write = {
  text: (text: string) => frameBytes({ payload: text }),
  bytes: faulty,
  deflated: mutateDeflated,
}

function faulty(text: string, random: Random): Buffer {
  if (random.once(3)) return frameBytes({ payload: text })
  return random.once(10) ? anyKind(text, random) : mutateBytes(text, random)
}

/** Whether the server reads it as a token. Nobody has any of those that chance makes. */
function isToken(message: string | undefined): boolean {
  if (message === undefined) return false
  try {
    return clientFrameSchema.safeParse(JSON.parse(message)).data?.type === 'auth'
  } catch {
    return false
  }
}
