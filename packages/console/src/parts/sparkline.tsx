const width = 96
const height = 22

/** The last minute of a rate. Decoration: the value itself stands beside it. */
export function Sparkline({ values, slots }: { readonly values: readonly number[]; readonly slots: number }) {
  const max = Math.max(1, ...values)
  const step = width / (slots - 1)
  const start = width - (values.length - 1) * step
  const points = values.map((value, index) => {
    const y = height - 1 - (value / max) * (height - 2)
    return `${(start + index * step).toFixed(1)},${y.toFixed(1)}`
  })
  const area = `${start.toFixed(1)},${height} ${points.join(' ')} ${width},${height}`
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {points.length > 1 && <polygon className="sparkline-area" points={area} />}
      {points.length > 1 && <polyline className="sparkline-line" points={points.join(' ')} />}
    </svg>
  )
}
