import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian puts servers there, and a user's PATH does not lead there. */
const sbin = ['/usr/local/sbin', '/usr/sbin']

/** Where the first of these programs lies on the PATH; undefined when none does. */
export function onPath(...programs) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...sbin]
  return programs.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}
