// Finds a Chromium for the browser tests: CHROMIUM_PATH, the PATH, the usual places, the package manager.
import { existsSync } from 'node:fs'
import { onPath } from './on-path.mjs'
import { UserError } from './steps.mjs'
import { installPackage } from './system-packages.mjs'

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
const packages = {
  names: {
    'apt-get': 'chromium',
    dnf: 'chromium',
    apk: 'chromium',
    pacman: 'chromium',
    zypper: 'chromium',
  },
}

const find = () => onPath(...programs) ?? places.find((path) => existsSync(path))

/** The path of a Chromium; undefined when there is none and none can be installed. */
export async function findChromium() {
  const given = process.env.CHROMIUM_PATH?.trim()
  if (given) {
    if (!existsSync(given)) throw new UserError(`CHROMIUM_PATH: there is no ${given}`)
    return given
  }
  return find() ?? ((await installPackage('Chromium', packages)) ? find() : undefined)
}
