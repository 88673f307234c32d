export type Point = { readonly atMs: number; readonly value: number }

/** How fast the values grow, per second, by the line of least squares. 0 for fewer than two moments. */
export function slopePerSecond(points: readonly Point[]): number {
  const mean = (read: (point: Point) => number) =>
    points.reduce((sum, point) => sum + read(point), 0) / points.length
  const meanAt = mean(({ atMs }) => atMs)
  const meanValue = mean(({ value }) => value)
  let products = 0
  let squares = 0
  for (const { atMs, value } of points) {
    products += (atMs - meanAt) * (value - meanValue)
    squares += (atMs - meanAt) ** 2
  }
  return squares > 0 ? (products / squares) * 1_000 : 0
}
