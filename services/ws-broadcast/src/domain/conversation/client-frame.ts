import { clientFrameSchema, type ClientFrame } from '@whalecast/events'

export type FrameProblem = 'bad_json' | 'unknown_type' | 'bad_frame' | 'bad_filter'

export type ReadFrame =
  | { readonly ok: true; readonly frame: ClientFrame }
  | { readonly ok: false; readonly code: FrameProblem; readonly message: string }

const knownTypes: ReadonlySet<unknown> = new Set(
  clientFrameSchema.options.map(({ shape }) => shape.type.value),
)

/** Reads what a client sent; never throws. */
export function readClientFrame(text: string): ReadFrame {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, code: 'bad_json', message: 'a frame has to be JSON' }
  }
  const parsed = clientFrameSchema.safeParse(value)
  if (parsed.success) return { ok: true, frame: parsed.data }
  const type: unknown =
    typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  if (typeof type === 'string' && !knownTypes.has(type))
    return {
      ok: false,
      code: 'unknown_type',
      message: `there is no frame type ${JSON.stringify(type.slice(0, 40))}`,
    }
  const [issue] = parsed.error.issues
  const where = issue?.path.join('.') ?? ''
  return {
    ok: false,
    code: issue?.path[0] === 'filter' ? 'bad_filter' : 'bad_frame',
    message: `${where === '' ? 'frame' : where}: ${issue?.message ?? 'invalid'}`,
  }
}
