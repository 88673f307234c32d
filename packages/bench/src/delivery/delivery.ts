import { loadavg } from 'node:os'
import { thisMachine, type Machine } from '../measure/machine.ts'
import type { DeliveryOptions, ScenarioName } from './options.ts'
import type { Outcome, Scene } from './outcome.ts'
import { chaos } from './scenarios/chaos.ts'
import { outage, socketIoOutage } from './scenarios/outage.ts'
import { rolling } from './scenarios/rolling.ts'
import { stall } from './scenarios/stall.ts'
import { socketIoStorm, storm } from './scenarios/storm.ts'

export type DeliveryResult = {
  readonly at: string
  readonly options: DeliveryOptions
  /** `load`: of the minute before, what else ran. */
  readonly machine: Machine & { readonly load: number }
  readonly outcomes: readonly Outcome[]
  /** Scenarios that could not be played here, and why. */
  readonly skipped: readonly { readonly what: string; readonly why: string }[]
}

type Part = {
  readonly name: ScenarioName
  readonly peer: boolean
  readonly play: (scene: Scene) => Promise<Outcome>
}

const parts: readonly Part[] = [
  { name: 'outage', peer: false, play: outage },
  { name: 'outage', peer: true, play: socketIoOutage },
  { name: 'rolling', peer: false, play: rolling },
  { name: 'storm', peer: false, play: storm },
  { name: 'storm', peer: true, play: socketIoStorm },
  { name: 'stall', peer: false, play: stall },
  { name: 'chaos', peer: false, play: chaos },
]

/** Plays the scenarios one after the other. A peer that cannot be had here is left out; ours may not fail. */
export async function runDelivery(
  options: DeliveryOptions,
  where: Omit<Scene, 'options'>,
): Promise<DeliveryResult> {
  const [load = NaN] = loadavg()
  const outcomes: Outcome[] = []
  const skipped: { what: string; why: string }[] = []
  for (const { name, peer, play } of parts) {
    if (!options.scenarios.includes(name) || (peer && !options.peers)) continue
    const what = peer ? `${name}, Socket.IO` : name
    where.say(what)
    try {
      outcomes.push(await play({ options, ...where }))
    } catch (error) {
      where.signal.throwIfAborted()
      if (!peer) throw error
      const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
      where.say(`${what} is left out: ${why}`)
      skipped.push({ what, why })
    }
  }
  return {
    at: new Date().toISOString(),
    options,
    machine: { ...thisMachine(), load },
    outcomes,
    skipped,
  }
}
