// Programs that some tests ask, and without which those are skipped: on the PATH, else from the package manager.
import { onPath } from './on-path.mjs'
import { installPackage } from './system-packages.mjs'

const wanted = [
  {
    what: 'Prometheus',
    programs: ['prometheus', 'promtool'],
    names: { 'apt-get': 'prometheus', apk: 'prometheus', pacman: 'prometheus', brew: 'prometheus' },
    service: 'prometheus',
  },
  {
    what: 'HAProxy',
    programs: ['haproxy'],
    names: {
      'apt-get': 'haproxy',
      dnf: 'haproxy',
      apk: 'haproxy',
      pacman: 'haproxy',
      zypper: 'haproxy',
      brew: 'haproxy',
    },
    service: 'haproxy',
  },
]

const isHere = ({ programs }) => programs.every((program) => onPath(program))

/** Installs what is missing where this user may; answers the names of what is missing still. */
export async function missingTestPrograms() {
  const missing = []
  for (const one of wanted) {
    if (isHere(one) || ((await installPackage(one.what, one)) && isHere(one))) continue
    missing.push(one.what)
  }
  return missing
}
