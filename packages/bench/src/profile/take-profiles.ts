import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MeasuredProcess } from '../measure/use-recorder.ts'
import { profileProcess } from './inspector.ts'
import { topSelfTimes, type SelfTime } from './self-time.ts'

const profiled = ['ingest', 'whale-tracker']
const shown = 15

export type ProcessProfile = { readonly name: string; readonly top: readonly SelfTime[] }

/** Profiles the processes on the trades' way one after the other, each while `load` runs, into `<folder>/<name>.cpuprofile`. */
export async function takeProfiles(
  processes: readonly MeasuredProcess[],
  {
    seconds,
    folder,
    load,
  }: { readonly seconds: number; readonly folder: string; readonly load: () => Promise<unknown> },
): Promise<ProcessProfile[]> {
  mkdirSync(folder, { recursive: true })
  const profiles: ProcessProfile[] = []
  for (const { name, pid } of processes.filter((one) => profiled.includes(one.name))) {
    const [profile] = await Promise.all([profileProcess(pid, seconds), load()])
    writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile))
    profiles.push({ name, top: topSelfTimes(profile, shown) })
  }
  return profiles
}
