import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { connectRedisBus, createMemoryBus, MemoryBroker, type Bus } from '@whalecast/bus'
import type { CleanupResult, OrderRequest } from '@whalecast/events'
import { openPrivateRedis, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { CleanupCommand } from '../src/adapters/http/cleanup-command.ts'
import { ask } from './support/http.ts'
import { openBroadcast } from './support/open-broadcast.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

type Command = Extract<OrderRequest, { kind: 'cleanup' }>

const beat = (bus: Bus) =>
  bus.beat({
    service: 'executor',
    instance: 'executor-test',
    started_at_ms: 1,
    sent_at_ms: Date.now(),
    components: [],
    facts: {},
  })

/** Executor's side of a command: what it was asked, and the answer that a test gives it. */
async function playExecutor(bus: Bus, answer: (command: Command) => Partial<CleanupResult> | undefined) {
  const commands: Command[] = []
  await beat(bus)
  await bus.consume('orders', {
    partition: 1,
    start: () => ({
      async onBatch({ items }) {
        for (const item of items) {
          if (item.kind !== 'cleanup') throw new Error('no command')
          commands.push(item)
          const over = answer(item)
          if (!over) continue
          const data: CleanupResult = {
            command_id: item.command_id,
            success: true,
            mode: item.orphaned_only ? 'orphaned_only' : 'all',
            cancelled_count: 1,
            preserved_count: 2,
            error_count: 0,
            cancelled: ['c1'],
            preserved: ['p1', 'p2'],
            errors: [],
            timestamp_ms: 1,
            ...over,
          }
          await bus.publish('order_results', { type: 'cleanup_result', data }, { id: item.command_id })
        }
        return {}
      },
    }),
  })
  return commands
}

const post = async (url: string, path: string, body?: string) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await ask(url, path, { method: 'POST', ...(body !== undefined && { body, headers }) })
  return { status: answer.status, body: JSON.parse(answer.body) }
}

test('executor cancels what it is told to, and its answer is that of the predecessor, in both modes', async () => {
  await using broadcast = await openBroadcast()
  const commands = await playExecutor(broadcast.bus, () => ({}))
  const spared = await post(broadcast.url, '/v1/cleanup')
  expect(spared).toMatchObject({
    status: 200,
    body: {
      success: true,
      mode: 'orphaned_only',
      cancelled_count: 1,
      preserved_count: 2,
      preserved: ['p1', 'p2'],
    },
  })
  const all = await post(broadcast.url, '/v1/cleanup', '{"orphaned_only":false}')
  expect(all).toMatchObject({ status: 200, body: { mode: 'all', cancelled: ['c1'], errors: [] } })
  expect(all.body).not.toHaveProperty('preserved')
  expect(all.body).not.toHaveProperty('preserved_count')
  await post(broadcast.url, '/v1/cleanup?orphaned_only=false')
  expect(commands.map(({ orphaned_only, requested_by }) => [orphaned_only, requested_by])).toEqual([
    [true, 'local'],
    [false, 'local'],
    [false, 'local'],
  ])
})

test('what executor could not do is an error that says what was done', async () => {
  await using broadcast = await openBroadcast()
  await playExecutor(broadcast.bus, () => ({ success: false, error_count: 1, errors: ['o1: 503'] }))
  expect(await post(broadcast.url, '/v1/cleanup')).toMatchObject({
    status: 500,
    body: { success: false, error_count: 1, errors: ['o1: 503'] },
  })
})

test('without an executor nothing is asked for', async () => {
  await using broadcast = await openBroadcast()
  expect(await post(broadcast.url, '/v1/cleanup')).toMatchObject({
    status: 503,
    body: { error: { code: 'no_executor' } },
  })
  const commands = await playExecutor(broadcast.bus, () => ({}))
  expect(await post(broadcast.url, '/v1/cleanup')).toMatchObject({ status: 200 })
  expect(commands).toHaveLength(1)
})

test.each(['[]', '{"orphaned_only":"no"}', '{"all":true}', '{"orphaned', '"x"'])(
  'the body %s is refused',
  async (body) => {
    await using broadcast = await openBroadcast()
    await beat(broadcast.bus)
    expect(await post(broadcast.url, '/v1/cleanup', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_request' } },
    })
  },
)

test('only a POST cancels', async () => {
  await using broadcast = await openBroadcast()
  expect((await ask(broadcast.url, '/v1/cleanup')).status).toBe(404)
})

test('an executor that does not answer is waited for so long; the next command finds the way free', async () => {
  const bus = createMemoryBus(new MemoryBroker(), { instance: 'one' })
  try {
    const answers = [undefined, {}]
    const commands = await playExecutor(bus, () => answers.shift())
    const command = new CleanupCommand({ bus, now: () => 1, answerWithinMs: 50 })
    const first = command.run({ orphanedOnly: true, requestedBy: 'a' })
    expect(await command.run({ orphanedOnly: true, requestedBy: 'b' })).toEqual({ type: 'busy' })
    expect(await first).toEqual({ type: 'no_answer', commandId: commands[0]?.command_id })
    const patient = new CleanupCommand({ bus, now: () => 1 })
    expect(await patient.run({ orphanedOnly: true, requestedBy: 'c' })).toMatchObject({ type: 'done' })
    expect(commands.map(({ requested_by }) => requested_by)).toEqual(['a', 'c'])
  } finally {
    await bus.close()
  }
})

test('two replicas that are asked at once take turns, over Redis', async () => {
  const redis = await openPrivateRedis()
  const connect = (instance: string) => connectRedisBus({ url: redis.url, instance })
  const [one, two, executor] = await Promise.all(['one', 'two', 'executor'].map(connect))
  if (!one || !two || !executor) throw new Error('no bus')
  try {
    const commands = await playExecutor(executor, () => ({}))
    const outcomes = await Promise.all(
      [one, two].map((bus) =>
        new CleanupCommand({ bus, now: () => 1 }).run({ orphanedOnly: false, requestedBy: 'ops' }),
      ),
    )
    expect(outcomes).toMatchObject([{ type: 'done' }, { type: 'done' }])
    expect(new Set(outcomes.map((outcome) => outcome.type === 'done' && outcome.result.command_id))).toEqual(
      new Set(commands.map(({ command_id }) => command_id)),
    )
    expect(commands).toHaveLength(2)
  } finally {
    for (const bus of [one, two, executor]) await bus.close()
    await redis.stop()
  }
})
