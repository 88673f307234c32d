import { expect, test } from '@jest/globals'
import { Batch } from './batch.ts'
import type { FrameClass, OutFrame } from './frame.ts'
import { Receiver } from './receiver.ts'
import { SlowClients } from './slow-clients.ts'

const frame = (bytes: number, frameClass: FrameClass): OutFrame => ({
  type: 't',
  frameClass,
  key: 'k',
  bytes: Buffer.alloc(bytes),
  headerBytes: 0,
  madeAtMs: 0,
})

/** A client whose socket holds 70,000 bytes since its first write, with so much of a log and of the tape behind. */
function stuck(id: string, { log = 0, tape = 0 }: { log?: number; tape?: number }) {
  const told: string[] = []
  const socket = {
    buffered: 70_000,
    write: () => 0,
    close: () => undefined,
    destroy: () => undefined,
  }
  const client = new Receiver({
    id,
    limitBytes: 1_000_000,
    socket,
    losses: { conflated: () => undefined, shed: (frames, reason) => told.push(`${frames} ${reason}`) },
    now: () => 0,
    onSent: () => undefined,
  })
  client.write(new Batch([frame(1, 'log')]), 0, 0)
  if (tape > 0) client.write(new Batch([frame(tape, 'tape')]), 0, 0)
  if (log > 0) client.write(new Batch([frame(log, 'log')]), 0, 0)
  return { client, socket, told }
}

function openSlow(budgetBytes: number) {
  const closed: string[] = []
  const slow = new SlowClients<Receiver>({
    budgetBytes,
    close: (client, reason) => {
      closed.push(`${client.id}: ${reason}`)
      slow.delete(client)
    },
  })
  return { slow, closed }
}

test('within the budget only time decides: tape goes after 5 s, the client after 10', () => {
  const { slow, closed } = openSlow(1_000_000)
  const { client, told } = stuck('a', { log: 100, tape: 100 })
  slow.add(client)
  slow.look(4_999)
  expect(told).toEqual([])
  slow.look(5_000)
  expect(told).toEqual(['1 stalled'])
  slow.look(10_000)
  expect(closed).toEqual(['a: takes nothing'])
  expect(slow.size).toBe(0)
})

test('over the budget the tape of the fullest goes first, and no further than needed', () => {
  const { slow, closed } = openSlow(250_000)
  const [full, fuller] = [stuck('full', { log: 10_000, tape: 30_000 }), stuck('fuller', { tape: 90_000 })]
  for (const { client } of [full, fuller]) slow.add(client)
  slow.look(1)
  expect([full.told, fuller.told]).toEqual([[], ['1 budget']])
  expect(closed).toEqual([])
})

test('where tape is not enough, the fullest are closed until the rest fits', () => {
  const { slow, closed } = openSlow(180_000)
  const clients = [
    stuck('some', { log: 10_000 }),
    stuck('most', { log: 500_000 }),
    stuck('more', { log: 90_000 }),
  ]
  for (const { client } of clients) slow.add(client)
  slow.look(1)
  expect(closed).toEqual([
    'most: too much waits for all clients together',
    'more: too much waits for all clients together',
  ])
})

test('whoever has taken everything is forgotten', () => {
  const { slow, closed } = openSlow(0)
  const { client, socket } = stuck('a', {})
  slow.add(client)
  socket.buffered = 0
  slow.look(60_000)
  expect({ closed, left: slow.size }).toEqual({ closed: [], left: 0 })
})
