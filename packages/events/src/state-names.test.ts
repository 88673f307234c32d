import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { serverFrames } from './frames.ts'
import { machineState } from './health.ts'

/** Where in a message a state of the machine stands: `metrics.machine_state`, `transitions.state_at_event`. */
function placesOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key !== 'properties') return placesOf(value)
    return Object.entries<object>(value).flatMap(([name, field]) => {
      const inside = placesOf(field)
      return isMachineState(field) ? [name] : inside.map((place) => `${name}.${place}`)
    })
  })
}

/** Of itself or as one of several possibilities, not somewhere within. */
function isMachineState(field: object): boolean {
  if ('enum' in field) return String(field.enum) === String(machineState.options)
  return 'anyOf' in field && Array.isArray(field.anyOf) && field.anyOf.some(isMachineState)
}

test('the state now is machine_state, the state back then state_at_event, and nothing else', () => {
  const told = Object.entries(serverFrames).flatMap(([type, schema]) => {
    const places = new Set(placesOf(z.toJSONSchema(schema)))
    return places.size === 0 ? [] : [[type, [...places].toSorted()]]
  })
  expect(Object.fromEntries(told)).toEqual({
    trader_status: ['machine_state', 'metrics.machine_state'],
    health: ['machine_state'],
    system_activity: ['from_state', 'state_at_event', 'to_state'],
    history_replay: ['transitions.from_state', 'transitions.state_at_event', 'transitions.to_state'],
  })
})
