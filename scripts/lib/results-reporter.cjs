// Writes the counts of one jest run beside the package, so that `npm test` can add up all tiers,
// also those that turbo answers from its cache.
const { mkdirSync, writeFileSync } = require('node:fs')
const path = require('node:path')

module.exports = class ResultsReporter {
  constructor(globalConfig, options) {
    this.file = path.resolve(globalConfig.rootDir, options.file)
  }

  onRunComplete(_contexts, results) {
    mkdirSync(path.dirname(this.file), { recursive: true })
    const {
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: skipped,
      numRuntimeErrorTestSuites: broken,
    } = results
    writeFileSync(this.file, `${JSON.stringify({ passed, failed: failed + broken, skipped })}\n`)
  }
}
