// Installs a program with the system's package manager, where this user may.
import { spawnSync } from 'node:child_process'
import { onPath } from './on-path.mjs'
import { UserError, run, say, step } from './steps.mjs'

// Debian starts a service as soon as its package is unpacked. For Redis that is one on port 6379 that
// nobody asked for: policy-rc.d forbids the start while we install, `disable` the one at the next boot.
const aptInstall = (names, service) => `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || true
apt-get install -y -qq --no-install-recommends ${names}
${service ? `if [ -d /run/systemd/system ]; then systemctl disable --quiet --now ${service} || true; fi` : ''}
`

const managers = [
  { command: 'apt-get', root: true, script: aptInstall },
  { command: 'dnf', root: true, script: (names) => `dnf install -y -q ${names}` },
  { command: 'apk', root: true, script: (names) => `apk add --no-progress ${names}` },
  { command: 'pacman', root: true, script: (names) => `pacman -S --noconfirm --needed ${names}` },
  { command: 'zypper', root: true, script: (names) => `zypper --non-interactive install ${names}` },
  { command: 'brew', root: false, script: (names) => `brew install ${names}` },
]

function mayBeRoot() {
  if (process.getuid?.() === 0) return []
  const asked = onPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
  return asked ? ['sudo', '-n'] : undefined
}

/**
 * Installs `what` with the first package manager here that has a name for it, after saying so. Answers
 * false when there is none, when the rights are missing, or when it fails.
 */
export async function installPackage(what, { names, service }) {
  const manager = managers.find(({ command }) => names[command] && onPath(command))
  if (!manager) return false
  const prefix = manager.root ? mayBeRoot() : []
  if (!prefix) return false
  say(`${what} is missing: installing ${names[manager.command]} with ${manager.command}`)
  const [command, ...args] = [...prefix, 'sh', '-c', manager.script(names[manager.command], service)]
  try {
    await step(`installed ${what}`, () => run(command, args).then(() => undefined))
    return true
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    say(
      `${manager.command} could not install ${what}: ${error.message.split('\n').at(-1).replace(/^: /, '')}`,
    )
    return false
  }
}
