export { busConformance, type ConformanceBus } from './conformance/conformance.ts'
