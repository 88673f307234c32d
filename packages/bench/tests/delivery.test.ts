import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { Claim } from '../src/delivery/claims.ts'
import type { DeliveryResult } from '../src/delivery/delivery.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const results = new URL('../../../.results/bench/delivery-quick.json', import.meta.url)
const run = (...args: readonly string[]) => promisify(execFile)(process.execPath, [main, ...args])

describe('npm run bench -- delivery', () => {
  test.each(['outage', 'rolling', 'storm', 'stall', 'chaos'])(
    '%s: real replicas keep what is promised to real clients',
    async (name) => {
      const { stdout } = await run('delivery', '--quick', '--no-peers', `--scenarios=${name}`)
      const { outcomes, claims }: DeliveryResult & { readonly claims: readonly Claim[] } = JSON.parse(
        await readFile(results, 'utf8'),
      )
      const [outcome] = outcomes
      expect(outcome).toMatchObject({
        scenario: name,
        subject: 'ws-broadcast',
        verdict: { holds: true, stated: 0 },
      })
      const { acknowledged, clients, seen, values } = outcome!.verdict
      expect(acknowledged).toBeGreaterThan(50)
      // In chaos some look at a part only.
      if (name === 'chaos') expect(seen).toBeGreaterThan((acknowledged * clients) / 2)
      else expect(seen).toBe(acknowledged * clients)
      if (name !== 'storm') expect(values).toBeGreaterThan(clients)
      expect(claims.filter(({ verdict }) => verdict === 'broken')).toEqual([])
      expect(stdout).toContain(`| ${name} | ws-broadcast | ${clients} |`)
    },
  )

  test.each([
    ['delivery', '--scenarios=unknown'],
    ['delivery', '--unknown'],
  ])('refuses %p with its usage', async (...args) => {
    await expect(run(...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('usage:') })
  })
})
