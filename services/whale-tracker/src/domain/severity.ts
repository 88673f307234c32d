import type { Severity } from '@whalecast/events'

/** From the largest down: shares of real prints are 0.0012 %, 0.007 % and 0.16 % on a busy day. */
const bands = [
  { severity: 'S4', contracts: 100_000 },
  { severity: 'S3', contracts: 50_000 },
  { severity: 'S2', contracts: 10_000 },
] as const

const smallestBand = 10_000

const written = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })

/** How large a whale is, by its contracts, and why in words. */
export function judgeSeverity(countE2: number): { readonly severity: Severity; readonly reason: string } {
  const contracts = countE2 / 100
  const count = `${written.format(contracts)} contracts`
  const band = bands.find((candidate) => contracts >= candidate.contracts)
  if (band === undefined) {
    return {
      severity: 'S1',
      reason: `${count}: a whale by its dollars, under ${written.format(smallestBand)} contracts`,
    }
  }
  return { severity: band.severity, reason: `${count}: at least ${written.format(band.contracts)}` }
}
