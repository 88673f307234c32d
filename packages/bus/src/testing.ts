export type { ConformanceBus } from './conformance/conformance-bus.ts'
export { busConformance } from './conformance/conformance.ts'
