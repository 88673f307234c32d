import type { Random } from './random.ts'

/** A band of print sizes in contracts, how often prints fall into it, and the shape inside it. */
type SizeBand = {
  readonly from: number
  readonly below: number
  readonly share: number
  readonly exponent: number
}

/**
 * Sizes of 3,865,558 real prints on the exchange, on 2026-01-16 and 17, counted per band. `share` is the part
 * of the prints that fell into the band; `exponent` is that of the power law, cut at the band's ends, whose mean
 * is the band's mean size (3.97, 36.8, 279, 2,243, 17,084, 63,319 and 150,818 contracts). The two days differ:
 * 3.18 % and 3.68 % of prints reached 1,000 contracts, 0.099 % and 0.159 % reached 10,000, 0.0024 % and 0.0070 %
 * reached 50,000; the largest had exactly 500,000.
 */
const sizeBands: readonly SizeBand[] = [
  { from: 1, below: 10, share: 0.235071, exponent: -0.036 },
  { from: 10, below: 100, share: 0.466632, exponent: 0.143 },
  { from: 100, below: 1_000, share: 0.263154, exponent: 0.794 },
  { from: 1_000, below: 10_000, share: 0.033749, exponent: 1.339 },
  { from: 10_000, below: 50_000, share: 0.001339, exponent: 1.853 },
  { from: 50_000, below: 100_000, share: 0.000046, exponent: 3.449 },
  { from: 100_000, below: 500_000, share: 0.000009, exponent: 2.682 },
]

/** Part of the sizes that carry hundredths of a contract. */
const fractionalShare = 0.06

/** Draws a size in hundredths of a contract, distributed as real prints are. */
export function drawSizeE2(random: Random): number {
  const whole = Math.floor(drawInBand(random, drawBand(random)))
  return whole * 100 + (random.chance(fractionalShare) ? random.integer(1, 99) : 0)
}

/** Draws a size of at least `fromContracts`, distributed as real prints of that size are. */
export function drawLargeSizeE2(random: Random, fromContracts: number): number {
  const bands = sizeBands.filter((band) => band.from >= fromContracts)
  return Math.floor(drawInBand(random, drawBand(random, bands))) * 100
}

function drawBand(random: Random, bands = sizeBands): SizeBand {
  let left = random.next() * bands.reduce((sum, band) => sum + band.share, 0)
  for (const band of bands) {
    left -= band.share
    if (left < 0) return band
  }
  return bands[0] ?? { from: 1, below: 2, share: 1, exponent: 1 }
}

/** Inverse of the cut power law's distribution function. */
function drawInBand(random: Random, { from, below, exponent }: SizeBand): number {
  const top = from ** -exponent
  return (top - random.next() * (top - below ** -exponent)) ** (-1 / exponent)
}
