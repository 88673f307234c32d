// The scripts' own tests, run by Node itself: the scripts work before anything is installed.
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './steps.mjs'
import { root } from './workspace.mjs'

/** Runs every test in `folder` and gives the counts; rejects with what failed, `counts` on the error. */
export async function runScriptTests(folder, { env = process.env } = {}) {
  const files = readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => join(folder, name))
  const report = join(root, '.results', `${folder.replaceAll('/', '-')}.tap`)
  mkdirSync(dirname(report), { recursive: true })
  rmSync(report, { force: true })
  const reporters = [
    ['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ['--test-reporter=tap', `--test-reporter-destination=${report}`],
  ].flat()
  // Tests of whole processes share two cores badly: one file at a time.
  const args = ['--test', '--test-concurrency=1', ...reporters, ...files]
  try {
    await run(process.execPath, args, { cwd: root, env })
    return countsIn(report)
  } catch (error) {
    throw Object.assign(error, { counts: countsIn(report) })
  }
}

function countsIn(report) {
  const text = readFileSync(report, 'utf8')
  const count = (name) => Number(new RegExp(`^# ${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0)
  return {
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: count('skipped') + count('todo'),
  }
}
