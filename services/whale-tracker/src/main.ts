import { runService } from '@whalecast/runtime'
import { parseConfig } from './config.ts'
import { startWhaleTracker } from './service.ts'

await runService('whale-tracker', (ctx) => startWhaleTracker(parseConfig(ctx.env), ctx))
