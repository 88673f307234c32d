import { runService } from '@whalecast/runtime'
import { parseConfig } from './config.ts'
import { startStatusReporter } from './service.ts'

await runService('status-reporter', (ctx) => startStatusReporter(parseConfig(ctx.env), ctx))
