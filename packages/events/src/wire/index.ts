export { closeCodes, shouldReconnect } from './close-codes.ts'
