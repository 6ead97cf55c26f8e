import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Actor } from '../../registry/access.ts'

/** The control plane's router. `actor` is set before any route of the API is reached. */
export interface ControlEnv {
  Variables: { actor: Actor }
}
export type ControlApp = OpenAPIHono<ControlEnv>
