import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inRoot } from '../../system/root.ts'

/** An npm package in the one version that is measured. */
export type PinnedPackage = { readonly name: string; readonly version: string }

const installMs = 180_000

/**
 * The folder in which a peer and what it needs beside it are installed: a folder of its own under `.whalecast`, filled
 * when it is first wanted and used again. Scripts of packages do not run. Rejects where there is no such package for
 * this machine, or no network.
 */
export async function installedPeer(
  peer: PinnedPackage,
  ...beside: readonly PinnedPackage[]
): Promise<string> {
  const packages = [peer, ...beside]
  const folder = join(
    fileURLToPath(inRoot('.whalecast/bench-peers/')),
    packages.map(({ name, version }) => `${name.replaceAll(/\W+/g, '-')}@${version}`).join('+'),
  )
  if (packages.every(({ name }) => existsSync(join(folder, 'node_modules', name, 'package.json'))))
    return folder
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--save-exact']
  await promisify(execFile)(
    'npm',
    ['install', ...flags, ...packages.map(({ name, version }) => `${name}@${version}`)],
    {
      cwd: folder,
      timeout: installMs,
    },
  )
  return folder
}

/** The program of Bun for this machine, which lies in a package that `bun` asks for. */
export function bunProgram(folder: string): string {
  const scope = join(folder, 'node_modules/@oven')
  const found = readdirSync(scope)
    .map((name) => join(scope, name, 'bin/bun'))
    .find((path) => existsSync(path))
  if (found === undefined) throw new Error('there is no Bun for this machine')
  return found
}
