import { expect, test } from '@jest/globals'
import { connectWhalecast } from '@whalecast/client'
import { eventually, openSystem } from '@whalecast/testkit'
import { hasBrowser, openConsole, unlessBrowser } from './open-console.ts'

const timeoutMs = 30_000

/** Halts the monitor until it is noticed that nobody says any more how the system is, then lets it go on. */
async function haltMonitor(system: Awaited<ReturnType<typeof openSystem>>, noticed: () => Promise<unknown>) {
  await system.kill('health-monitor', 'SIGSTOP')
  try {
    await noticed()
  } finally {
    await system.kill('health-monitor', 'SIGCONT')
  }
}

test('the state of the system changes, and the connection stays', async () => {
  await using system = await openSystem({ SIM_RATE: '0' })
  const client = connectWhalecast({ url: `${system.url.replace('http', 'ws')}ws` })
  try {
    const states: string[] = []
    client.on('health', ({ data }) => void states.push(data.machine_state))
    const becomes = (state: string) => eventually(() => states.at(-1) === state, { timeoutMs })
    await becomes('ready')
    await haltMonitor(system, () => becomes('unknown'))
    await becomes('ready')
    expect(client.stats).toMatchObject({ connections: 1 })
    expect(client.state.type).toBe('connected')
  } finally {
    client.close()
  }
})

;(hasBrowser ? test : test.skip)(
  `the state of the system changes, and the page keeps its one connection${unlessBrowser}`,
  async () => {
    await using system = await openSystem({ SIM_RATE: '0' })
    await using shown = await openConsole(system.url)
    const sockets: string[] = []
    shown.page.on('websocket', (socket) => void sockets.push(socket.url()))
    await shown.page.reload()
    const shows = (state: string) =>
      shown.page.locator(`.top-state .state[data-state=${state}]`).waitFor({ timeout: timeoutMs })
    await shows('ready')
    await haltMonitor(system, () => shows('unknown'))
    await shows('ready')
    expect(sockets).toHaveLength(1)
    expect(shown.problems).toEqual([])
  },
)
