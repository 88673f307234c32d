import { runService } from '@whalecast/runtime'
import { parseConfig } from './config.ts'
import { startExecutor } from './service.ts'

await runService('executor', (ctx) => startExecutor(parseConfig(ctx.env), ctx))
