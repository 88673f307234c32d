import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { parseMetrics, sumOf } from './prometheus.ts'

/** What a process has used: CPU since its start, memory now. */
export type Usage = { readonly cpuSeconds: number; readonly rssBytes: number }

const linux = process.platform === 'linux'
const ticksPerSecond = linux ? getconf('CLK_TCK', 100) : 100
const pageBytes = linux ? getconf('PAGESIZE', 4_096) : 4_096

function getconf(name: string, otherwise: number): number {
  try {
    return Number(execFileSync('getconf', [name], { encoding: 'utf8' })) || otherwise
  } catch {
    return otherwise
  }
}

/** Reads `/proc/<pid>/stat`. */
export function parseStat(text: string): Usage {
  // The name stands in parentheses and may hold anything, so fields are counted from its end.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [user, system, pages] = [fields[11], fields[12], fields[21]].map(Number)
  return {
    cpuSeconds: ((user ?? 0) + (system ?? 0)) / ticksPerSecond,
    rssBytes: (pages ?? 0) * pageBytes,
  }
}

/** What a process uses: from the system where that tells, else from its own metrics. Undefined when neither does. */
export async function usageOf(pid: number, opsUrl?: string): Promise<Usage | undefined> {
  try {
    if (linux) return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'))
    if (opsUrl === undefined) return undefined
    const samples = parseMetrics(await (await fetch(`${opsUrl}/metrics`)).text())
    return {
      cpuSeconds: sumOf(samples, 'whalecast_process_cpu_seconds_total'),
      rssBytes: sumOf(samples, 'whalecast_process_resident_memory_bytes'),
    }
  } catch {
    // It has ended, or does not answer just now.
    return undefined
  }
}
