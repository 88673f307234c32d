import { setTimeout as wait } from 'node:timers/promises'
import { eventually } from '@whalecast/testkit'
import { WebSocket } from 'ws'
import type { CpuProfile } from './self-time.ts'

/** Where Node opens its inspector on SIGUSR1. One process at a time can have it. */
const targets = 'http://127.0.0.1:9229/json/list'
const samplingMicros = 250

/** Samples what a running Node process does for some seconds. It runs on as before. */
export async function profileProcess(pid: number, seconds: number): Promise<CpuProfile> {
  process.kill(pid, 'SIGUSR1')
  const url = await eventually(async () => {
    const [target]: { webSocketDebuggerUrl: string }[] = JSON.parse(await (await fetch(targets)).text())
    return target?.webSocketDebuggerUrl ?? false
  })
  const session = await openSession(url)
  try {
    const { result } = await session.post('Runtime.evaluate', { expression: 'process.pid' })
    if (!isValue(result, pid)) throw new Error(`the inspector's port belongs to another process than ${pid}`)
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: samplingMicros })
    await session.post('Profiler.start')
    await wait(seconds * 1_000)
    const { profile } = await session.post('Profiler.stop')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the inspector's documented answer
    return profile as CpuProfile
  } finally {
    // The port is wanted for the next process. There is no answer: the connection ends with it.
    session.send('Runtime.evaluate', { expression: "process.getBuiltinModule('inspector').close()" })
    await session.closed
  }
}

type Answer = Readonly<Record<string, unknown>>

async function openSession(url: string) {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  const waiting = new Map<number, (answer: Answer) => void>()
  let lastId = 0
  socket.on('message', (data: Buffer) => {
    const { id, result }: { id: number; result?: Answer } = JSON.parse(data.toString())
    waiting.get(id)?.(result ?? {})
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const send = (method: string, params: object = {}) => {
    socket.send(JSON.stringify({ id: (lastId += 1), method, params }))
    return lastId
  }
  return {
    closed,
    send,
    post: (method: string, params?: object) =>
      new Promise<Answer>((resolve, reject) => {
        waiting.set(send(method, params), resolve)
        void closed.then(() => reject(new Error('the process that is profiled has ended')))
      }),
  }
}

function isValue(result: unknown, value: unknown): boolean {
  return typeof result === 'object' && result !== null && 'value' in result && result.value === value
}
