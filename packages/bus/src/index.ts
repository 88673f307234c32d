export type * from './bus.ts'
export type * from './results.ts'
