# One image for every process; the command chooses which. Built by the classic builder and by BuildKit alike.
FROM node:20-bookworm-slim AS build
WORKDIR /app
ENV CI=1 TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1 TURBO_NO_UPDATE_NOTIFIER=1
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npm install --global --no-audit --no-fund "pnpm@$(node -p "require('./package.json').packageManager.split('@')[1]")"
# The lockfile alone decides this layer: a change of the source downloads nothing.
RUN pnpm fetch
COPY . .
RUN pnpm install --frozen-lockfile --offline && pnpm exec turbo run build --output-logs=errors-only
# From here on only what runs: the processes' own dependencies, each package's manifest and its build.
RUN find . -name node_modules -prune -exec rm -rf {} + \
  && pnpm install --prod --frozen-lockfile --offline --ignore-scripts \
    --filter-prod '{./services/*}...' --filter-prod '@whalecast/exchange-sim...' \
  && find packages services -mindepth 2 -maxdepth 2 ! -name package.json ! -name dist ! -name node_modules -exec rm -rf {} + \
  && find . -mindepth 1 -maxdepth 1 ! -name package.json ! -name node_modules ! -name packages ! -name services ! -name scripts ! -name deploy -exec rm -rf {} + \
  && find scripts -mindepth 1 -maxdepth 1 ! -name lib -exec rm -rf {} +

FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production WHALECAST_OPS_HOST=0.0.0.0 WHALECAST_OPS_PORT=9100
# The volumes of docker-compose.yml take their owner from these folders.
RUN mkdir -p /data/simulator-key /data/simulator-write-key /data/access /data/admin && chown -R node:node /data && chmod -R 700 /data
# Owned by root: no process can change its own code.
COPY --from=build /app /app
USER node
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["node", "deploy/healthy.mjs"]
ENTRYPOINT ["node", "deploy/container.mjs"]
