import { createRoute, z } from '@hono/zod-openapi'
import { configOutline } from '../config/outline.ts'
import type { ControlApp } from './app.ts'

export interface ConfigApi {
  /** SHA-256 of the admin token, lower-case hex. */
  readonly adminTokenHash: string
  /** Text of the configuration in use; empty without a file. */
  configText(): string
}

const configRoute = createRoute({
  method: 'get',
  path: '/api/v1/config',
  summary: 'The configuration file in use, one value for each place, without credentials',
  responses: {
    200: {
      description: 'The values by their places. Those of credentials are marks that change with the value.',
      content: { 'application/json': { schema: z.object({ data: z.record(z.string(), z.string()) }) } },
    },
  },
})

export function addConfigRoutes(app: ControlApp, { adminTokenHash, configText }: ConfigApi): void {
  app.openapi(configRoute, (context) => context.json({ data: { ...configOutline(configText(), adminTokenHash) } }))
}
