import { describe, expect, test } from '@jest/globals'
import { connectWhalecast } from '@whalecast/client'
import type { Health } from '@whalecast/events'
import { eventually, openSystem } from '@whalecast/testkit'
import { json, opsUrl, processOf } from './exchange-admin.ts'

const services = ['ingest', 'whale-tracker', 'status-reporter', 'health-monitor', 'ws-broadcast']

describe('kill -9 of any one service', () => {
  test('it comes back, the system is ready again, and the others were not touched', async () => {
    await using system = await openSystem({ SIM_RATE: '200' })
    const client = connectWhalecast({ url: `${system.url.replace('http', 'ws')}ws` })
    let seenTrades = 0
    client.on('whale_queue', ({ data }) => void (seenTrades = data.stats.trades_seen))
    const isReady = async () => {
      const health = await json<Health>(`${system.url}v1/health`).catch(() => undefined)
      return health?.machine_state === 'ready' && health.status === 'healthy'
    }
    try {
      await eventually(isReady, { timeoutMs: 20_000 })
      for (const name of services) {
        const others = system.processes().filter((process) => process.name !== name)
        const { restarts } = processOf(system, name)
        await system.kill(name, 'SIGKILL')
        await eventually(
          () => {
            const process = processOf(system, name)
            return process.pid !== null && process.restarts === restarts + 1
          },
          { timeoutMs: 10_000 },
        )
        await eventually(async () => (await fetch(opsUrl(system, name, '/readyz'))).ok, { timeoutMs: 20_000 })
        await eventually(isReady, { timeoutMs: 20_000 })
        expect(system.processes().filter((process) => process.name !== name)).toEqual(others)
        // Ready means that new data flows.
        const before = seenTrades
        await eventually(() => seenTrades > before, { timeoutMs: 20_000 })
      }
      // Whatever died, this client missed nothing: also what came while its own server was away was sent to it after.
      expect(client.stats).toMatchObject({ gaps: 0, unrecovered: 0, connections: 2 })
      expect(client.stats.resumed).toBeGreaterThan(0)
    } finally {
      client.close()
    }
  }, 180_000)
})
