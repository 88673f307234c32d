import { describe, expect, test } from '@jest/globals'
import type { Cleanup } from '../src/domain/broker.ts'
import { makeOrder } from '../src/testing/samples.ts'
import { ScriptedBroker } from './scripted-broker.ts'
import { World } from './world.ts'

const command = (change: Partial<Cleanup> = {}): Cleanup => ({
  kind: 'cleanup',
  command_id: 'command-1',
  orphaned_only: true,
  requested_by: 'olga',
  requested_at_ms: Date.now(),
  ...change,
})

function brokerWith(...orders: readonly (readonly [id: string, group: string | null])[]) {
  const broker = new ScriptedBroker()
  for (const [id, group] of orders) broker.groups.set(id, group)
  return broker
}
const through = (broker: ScriptedBroker) => ({ name: 'demo', open: () => broker }) as const

describe('cleanup', () => {
  test('of orphans keeps what belongs to a group, and says who asked', async () => {
    await using world = new World()
    const broker = brokerWith(['lost', null], ['ours', 'group-1'], ['another', 'group-2'])
    world.execute(through(broker))
    await world.ask([command()], 1)
    expect(await world.cleanup('command-1')).toMatchObject({
      success: true,
      mode: 'orphaned_only',
      cancelled: ['lost'],
      cancelled_count: 1,
      preserved: ['ours', 'another'],
      preserved_count: 2,
      error_count: 0,
    })
    expect([...broker.groups.keys()]).toEqual(['ours', 'another'])
    await world.committed()
    const [told] = await world.bus.history('system', { limit: 1 })
    expect(told?.data).toMatchObject({
      activity_type: 'cleanup',
      metadata: { requested_by: 'olga', cancelled_count: 1 },
    })
  })

  test('of all cancels all; one that cannot be cancelled stops none of the others', async () => {
    await using world = new World()
    const broker = brokerWith(['a', null], ['stuck', 'g'], ['b', 'g'])
    world.execute(through(broker))
    await world.ask([command({ orphaned_only: false })], 1)
    expect(await world.cleanup('command-1')).toMatchObject({
      success: false,
      mode: 'all',
      cancelled: ['a', 'b'],
      preserved: [],
      errors: ['stuck: not now'],
      error_count: 1,
    })
  })

  test('that nobody carried out for a minute is not carried out any more', async () => {
    await using world = new World()
    const broker = brokerWith(['a', null])
    await world.ask([command({ requested_at_ms: Date.now() - 61_000 })], 1)
    world.execute(through(broker))
    expect(await world.cleanup('command-1')).toMatchObject({ success: false, errors: ['it came too late'] })
    expect(broker.groups.size).toBe(1)
  })

  test('orders and commands on each other’s partitions are left out and counted', async () => {
    await using world = new World()
    const broker = brokerWith(['a', null])
    const { ctx } = world.execute(through(broker))
    await world.ask([command(), makeOrder({ requested_at_ms: Date.now() })], 0)
    await world.ask([makeOrder({ client_order_id: 'wc-2' }), command({ command_id: 'command-2' })], 1)
    await world.result('wc-1')
    expect((await world.cleanup('command-2')).cancelled).toEqual(['a'])
    await world.committed()
    expect(broker.sends).toBe(1)
    const metrics = await ctx.metrics.registry.metrics()
    expect(metrics).toContain('whalecast_executor_left_out_total{reason="misplaced"} 2')
  })
})
