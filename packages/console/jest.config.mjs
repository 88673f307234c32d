import { jestConfig } from '../../jest.config.base.mjs'

const config = jestConfig(import.meta.dirname)
const [[pattern, [swc, options]]] = Object.entries(config.transform)

export default {
  ...config,
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/src/**/*.test.tsx'],
  transform: {
    [pattern]: [swc, { ...options, jsc: { ...options.jsc, transform: { react: { runtime: 'automatic' } } } }],
  },
}
