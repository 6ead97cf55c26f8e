import type { HttpBindings } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Actor } from '../../registry/access.ts'

/** The control plane's router. `actor` is set before any route of the API is reached. */
export interface ControlEnv {
  Bindings: HttpBindings
  Variables: { actor: Actor }
}
export type ControlApp = OpenAPIHono<ControlEnv>
