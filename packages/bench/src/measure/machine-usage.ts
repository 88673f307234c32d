import { readFile } from 'node:fs/promises'

/** Seconds for which any core of this machine was busy since its start, stolen ones too; undefined where nobody tells. */
export async function busySeconds(): Promise<number | undefined> {
  try {
    return parseBusy(await readFile('/proc/stat', 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Reads the first line of `/proc/stat`, in hundredths of a second: what processes of this machine and of its neighbours
 * ran. Interrupts are left out: they belong to no process, and loopback traffic makes most of them.
 */
export function parseBusy(text: string): number {
  const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = text
    .slice(0, text.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + stolen) / 100
}
