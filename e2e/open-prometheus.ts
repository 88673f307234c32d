import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, freePort } from '@whalecast/testkit'
import { json } from './exchange-admin.ts'

/** What Prometheus knows of a metric family at one target. */
export type Family = {
  readonly target: { readonly job: string; readonly instance: string }
  readonly metric: string
  readonly type: string
  readonly help: string
}

/** A Prometheus of its own, with data of its own. */
export type Prometheus = AsyncDisposable & {
  /** The configuration file that it runs with. */
  readonly configFile: string
  /** One value per series that the expression gives now. */
  query(expression: string): Promise<readonly Sample[]>
  /** The names of all series that were ever scraped. */
  seriesNames(): Promise<readonly string[]>
  /** Every family that any target declares. */
  families(): Promise<readonly Family[]>
}

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number }

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** Starts `program` on a free port of this machine; resolves once it is ready. */
export async function openPrometheus(program: string, config: string): Promise<Prometheus> {
  const dir = await mkdtemp(join(tmpdir(), 'whalecast-prometheus-'))
  const configFile = join(dir, 'prometheus.yml')
  await writeFile(configFile, config)
  const url = `http://127.0.0.1:${await freePort()}`
  const child = spawn(
    program,
    [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const close = async () => {
    await end(child)
    await rm(dir, { recursive: true, force: true })
  }
  const ask = async <Data>(path: string): Promise<Data> =>
    (await json<{ data: Data }>(`${url}/api/v1/${path}`)).data
  try {
    await eventually(
      async () =>
        child.exitCode !== null || (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true,
      { timeoutMs: 20_000, everyMs: 50 },
    )
    if (child.exitCode !== null) throw new Error('it ended')
  } catch (cause) {
    await close()
    throw new Error(`Prometheus did not become ready:\n${log}`, { cause })
  }
  return {
    configFile,
    async query(expression) {
      type Answer = { result: { metric: Record<string, string>; value: [number, string] }[] }
      const { result } = await ask<Answer>(`query?query=${encodeURIComponent(expression)}`)
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
    seriesNames: () => ask('label/__name__/values'),
    families: () => ask('targets/metadata'),
    [Symbol.asyncDispose]: close,
  }
}
