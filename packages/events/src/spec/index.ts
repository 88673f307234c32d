export { asyncApi, type AsyncApiDocument } from './async-api.ts'
export { openApi, type OpenApiDocument, type RouteSpec } from './open-api.ts'
