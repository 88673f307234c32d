const newYork = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  weekday: 'short',
  hour: 'numeric',
  hourCycle: 'h23',
})

/** Whether the exchange's weekly pause is on: Thursday 03:00 to 05:00 in New York, summer and winter alike. */
export function isWeeklyPause(atMs: number): boolean {
  const parts = newYork.formatToParts(atMs)
  const part = (type: string) => parts.find((one) => one.type === type)?.value
  const hour = Number(part('hour'))
  return part('weekday') === 'Thu' && hour >= 3 && hour < 5
}
