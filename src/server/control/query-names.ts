import { z } from '@hono/zod-openapi'
import { GatewayError } from '../../core/errors.ts'
import type { ControlApp } from './app.ts'

/**
 * A name in a query that its route does not know is a slip, and to answer with everything would hide it. What a route takes is
 * what its description says; one that takes any name looks at them itself. Throws `invalid_request`.
 */
export function queryNames(app: ControlApp): (route: string, asked: readonly string[]) => void {
  let known: ReadonlyMap<string, ReadonlySet<string>> | undefined
  return (route, asked) => {
    if (asked.length === 0) return
    // By the first question all routes are there.
    known ??= namesByRoute(app)
    const names = known.get(route)
    const param = names === undefined ? undefined : asked.find((name) => !names.has(name))?.slice(0, 200)
    if (param !== undefined) throw new GatewayError('invalid_request', `There is no \`${param}\` here.`, { param })
  }
}

/** As `GET /api/v1/keys/{id}`. */
function namesByRoute({ openAPIRegistry }: ControlApp): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    openAPIRegistry.definitions.flatMap((definition): [string, ReadonlySet<string>][] => {
      if (definition.type !== 'route' || definition.route.method !== 'get') return []
      const { path, request } = definition.route
      const query = request?.query
      const isLoose = query instanceof z.ZodObject && query.def.catchall instanceof z.ZodUnknown
      return isLoose ? [] : [[`GET ${path}`, new Set(query instanceof z.ZodObject ? Object.keys(query.shape) : [])]]
    }),
  )
}
