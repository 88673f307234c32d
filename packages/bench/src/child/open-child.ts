import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Calls, Response } from './serve-calls.ts'

/** A process of this benchmark, forked from its built file. */
export type Child<C extends Calls> = AsyncDisposable & {
  readonly pid: number
  /** Rejects when the call failed, or when the process ends before it answered. */
  call<Name extends keyof C & string>(name: Name, input: C[Name]['input']): Promise<C[Name]['output']>
}

type Waiting = {
  readonly resolve: (output: never) => void
  readonly reject: (error: Error) => void
}

/** Forks a process that serves calls. It ends with the handle, and with this process. */
export function openChild<C extends Calls>(file: URL): Child<C> {
  const path = fileURLToPath(file)
  const child = fork(path, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let ended: Error | undefined
  const end = (why: string) => {
    ended ??= new Error(`${path} ${why}`)
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  child.on('message', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are this program
    const { id, output, error } = message as Response
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- typed where it is called
    if (error === undefined) waiting.get(id)?.resolve(output as never)
    else waiting.get(id)?.reject(new Error(error))
    waiting.delete(id)
  })
  child.on('error', (error) => end(`cannot be used: ${error.message}`))
  child.on('exit', (code, signal) => end(`ended (${signal ?? code})`))
  return {
    pid: child.pid ?? 0,
    call: (name, input) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended)
        const id = (lastId += 1)
        waiting.set(id, { resolve, reject })
        child.send({ id, call: name, input })
      }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}
