import { readFile } from 'node:fs/promises'

/** Seconds for which any core of this machine was busy since its start, stolen ones too; undefined where nobody tells. */
export async function busySeconds(): Promise<number | undefined> {
  try {
    return parseBusy(await readFile('/proc/stat', 'utf8'))
  } catch {
    return undefined
  }
}

/** Reads the first line of `/proc/stat`, in hundredths of a second: all but idle and waiting for disks. */
export function parseBusy(text: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, stolen = 0] = text
    .slice(0, text.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + soft + stolen) / 100
}
