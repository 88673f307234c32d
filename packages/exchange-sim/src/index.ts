export { type ExchangeSim, type ExchangeStats, startExchangeSim } from './exchange-sim.ts'
export type { ManualOrder, ManualPlaced, PrintedTrade } from './manual-desk.ts'
export type { ExchangeSimOptions } from './options.ts'
export { VenueError } from './venue/venue.ts'
