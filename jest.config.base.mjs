import { fileURLToPath } from 'node:url'

// One place decides how TypeScript runs under jest: source files, ESM, no build.
const transform = {
  '^.+\\.tsx?$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', tsx: true, explicitResourceManagement: true },
      },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    },
  ],
}

const tiers = {
  unit: { testMatch: ['<rootDir>/src/**/*.test.ts'], testTimeout: 10_000 },
  integration: { testMatch: ['<rootDir>/tests/**/*.test.ts'], testTimeout: 60_000, maxWorkers: 2 },
  e2e: { testMatch: ['<rootDir>/*.test.ts'], testTimeout: 180_000, maxWorkers: 1 },
}

/** Jest configuration of one tier, for the package in `rootDir`. */
export function jestConfig(rootDir, tier = process.env.WHALECAST_TEST_TIER ?? 'unit') {
  return {
    rootDir,
    ...tiers[tier],
    testEnvironment: 'node',
    testEnvironmentOptions: { customExportConditions: ['source', 'node'] },
    extensionsToTreatAsEsm: ['.ts', '.tsx'],
    transform,
    passWithNoTests: true,
    injectGlobals: false,
    reporters: [
      'default',
      [
        fileURLToPath(new URL('scripts/lib/results-reporter.cjs', import.meta.url)),
        { file: `.results/${tier}.json` },
      ],
    ],
  }
}
