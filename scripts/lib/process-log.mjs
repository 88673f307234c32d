// One merged log of all processes: JSON lines as they come, or for the eye with one colour per process.
const colours = [36, 33, 35, 32, 34, 96, 95, 93]
const levelColours = { error: 31, warn: 33, info: 32, debug: 90 }
const known = new Set(['ts', 'timestamp', 'level', 'message', 'service', 'instance'])
const nameWidth = 15

const paint = (code, text) => `\x1b[${code}m${text}\x1b[0m`

function parsed(line) {
  if (!line.startsWith('{')) return undefined
  try {
    const value = JSON.parse(line)
    return typeof value.message === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

function fieldText(name, value) {
  if (typeof value?.stack === 'string') return `\n  ${value.stack}`
  if (name === 'stack' && typeof value === 'string') return `\n  ${value}`
  return ` ${paint(90, `${name}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`
}

function prettyLine(line) {
  const entry = parsed(line)
  if (!entry) return line
  const { level = 'info', message } = entry
  const time = new Date(entry.ts ?? entry.timestamp ?? Date.now()).toISOString().slice(11, 23)
  const fields = Object.entries(entry)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => fieldText(name, value))
  return `${time} ${paint(levelColours[level] ?? 0, level.padEnd(5))} ${message}${fields.join('')}`
}

/** The message of a log line, with that of the error it tells of, without its other fields. */
export function messageOf(line) {
  const entry = parsed(line)
  if (!entry) return line
  return typeof entry.error?.message === 'string' ? `${entry.message}: ${entry.error.message}` : entry.message
}

/** Answers a function (name, line) that writes one line of a process to `out`. */
export function createProcessLog({ pretty, out = process.stdout }) {
  const names = []
  return (name, line) => {
    if (!pretty) {
      const whole =
        parsed(line) !== undefined
          ? line
          : JSON.stringify({ ts: Date.now(), level: 'info', message: line, service: name })
      out.write(`${whole}\n`)
      return
    }
    if (!names.includes(name)) names.push(name)
    const label = paint(colours[names.indexOf(name) % colours.length], `${name.padEnd(nameWidth)} │`)
    for (const part of prettyLine(line).split('\n')) out.write(`${label} ${part}\n`)
  }
}
