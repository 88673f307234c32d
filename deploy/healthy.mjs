// Health check of a container: whichever ops endpoint it serves says that it is alive. One process runs in each.
import { opsOffsets } from '../scripts/lib/plan.mjs'

const first = Number(process.env.WHALECAST_OPS_PORT)
const alive = async (offset) => {
  const response = await fetch(`http://127.0.0.1:${first + offset}/healthz`, {
    signal: AbortSignal.timeout(2_000),
  })
  if (!response.ok) throw new Error(`${response.status}`)
}

await Promise.any(Object.values(opsOffsets).map(alive)).catch(() => {
  process.exitCode = 1
})
