import type { Permission } from '../../registry/roles.ts'

export interface RouteRule {
  readonly permission: Permission | 'none'
  /**
   * `own`: a key of a workspace sees and changes what is of that workspace. `shared`: what is there belongs to no workspace.
   * `gateway`: it tells of all workspaces, so only keys of all of them may ask.
   */
  readonly reach: 'own' | 'shared' | 'gateway'
}

const own = (permission: Permission): RouteRule => ({ permission, reach: 'own' })
const shared = (permission: RouteRule['permission']): RouteRule => ({ permission, reach: 'shared' })
const gateway = (permission: Permission): RouteRule => ({ permission, reach: 'gateway' })

/** Every route of the control plane. One that is not here answers nobody but the admin token, and a test fails. */
export const routePermissions: Readonly<Record<string, RouteRule>> = {
  'GET /api/v1/access': own('calls:read'),
  'GET /api/v1/alerts': own('alerts:read'),
  'POST /api/v1/alerts/test': gateway('alerts:test'),
  'GET /api/v1/analytics': own('calls:read'),
  'GET /api/v1/approvals': own('calls:read'),
  'POST /api/v1/approvals/{id}': own('approvals:write'),
  'GET /api/v1/audit': gateway('audit:read'),
  'GET /api/v1/audit/{seq}/proof': gateway('audit:read'),
  'GET /api/v1/audit/consistency': gateway('audit:read'),
  'GET /api/v1/audit/checkpoint': gateway('audit:read'),
  'GET /api/v1/budgets': own('budgets:read'),
  'GET /api/v1/consumption': own('keys:read'),
  'POST /api/v1/consumption/{key}/suspend': own('keys:write'),
  'POST /api/v1/consumption/{key}/resume': own('keys:write'),
  'POST /api/v1/consumption/{key}/approve': own('keys:write'),
  'POST /api/v1/consumption/{key}/lift': own('keys:write'),
  'DELETE /api/v1/cache': own('cache:write'),
  'POST /api/v1/cache/{id}/report': own('cache:write'),
  'GET /api/v1/calls': own('calls:read'),
  'GET /api/v1/calls/export': own('content:read'),
  'GET /api/v1/calls/{id}': own('content:read'),
  'GET /api/v1/filters': own('calls:read'),
  'GET /api/v1/filters/{name}': own('calls:read'),
  'POST /api/v1/filters': own('filters:write'),
  'DELETE /api/v1/filters/{name}': own('filters:write'),
  'GET /api/v1/policies': gateway('config:read'),
  'GET /api/v1/policies/{version}': gateway('config:read'),
  'GET /api/v1/policies/{version}/changes': gateway('config:read'),
  'GET /api/v1/config': gateway('config:read'),
  'POST /api/v1/embed': shared('catalogue:read'),
  'POST /api/v1/inspect': shared('catalogue:read'),
  'GET /api/v1/credentials': own('credentials:read'),
  'POST /api/v1/credentials': own('credentials:write'),
  'PUT /api/v1/credentials/{name}': own('credentials:write'),
  'DELETE /api/v1/credentials/{name}': own('credentials:write'),
  'GET /api/v1/decisions': own('calls:read'),
  'GET /api/v1/decisions/{id}': own('calls:read'),
  'POST /api/v1/erasures': own('privacy:write'),
  'GET /api/v1/holds': own('privacy:read'),
  'POST /api/v1/holds': own('privacy:write'),
  'DELETE /api/v1/holds/{id}': own('privacy:write'),
  'GET /api/v1/keys': own('keys:read'),
  'POST /api/v1/keys': own('keys:write'),
  'GET /api/v1/keys/{id}': own('keys:read'),
  'PATCH /api/v1/keys/{id}': own('keys:write'),
  'DELETE /api/v1/keys/{id}': own('keys:write'),
  'POST /api/v1/keys/{id}/rotate': own('keys:write'),
  'POST /api/v1/keys/{id}/key-pair': own('keys:write'),
  'GET /api/v1/management-keys': own('access:read'),
  'POST /api/v1/management-keys': own('access:write'),
  'DELETE /api/v1/management-keys/{id}': own('access:write'),
  'GET /api/v1/models': shared('catalogue:read'),
  'GET /api/v1/openapi.json': shared('none'),
  'GET /api/v1/providers': shared('catalogue:read'),
  'GET /api/v1/routes': shared('catalogue:read'),
  'POST /api/v1/routes/explain': own('catalogue:read'),
  'GET /api/v1/sessions': own('calls:read'),
  'GET /api/v1/sessions/{id}': own('calls:read'),
  'GET /api/v1/spans': own('calls:read'),
  'GET /api/v1/traces/{id}': own('calls:read'),
  'GET /api/v1/traces/{id}/spans/{spanId}': own('content:read'),
  'GET /api/v1/whoami': shared('none'),
  'GET /metrics': gateway('metrics:read'),
}

/** Whether a key of one workspace can do anything with it. */
export function isOfWorkspace(permission: Permission): boolean {
  const those = Object.values(routePermissions).filter((rule) => rule.permission === permission)
  return those.length === 0 || those.some(({ reach }) => reach !== 'gateway')
}

const rules = Object.entries(routePermissions).map(([route, rule]) => {
  const [method = '', path = ''] = route.split(' ')
  return { method, steps: path.split('/'), rule: { ...rule, route } }
})

/** As the router reads the path. `undefined`: there is nothing there. */
export function ruleFor(method: string, path: string): (RouteRule & { readonly route: string }) | undefined {
  const steps = path.split('/')
  // The router answers HEAD as it does GET.
  const asked = method === 'HEAD' ? 'GET' : method
  return rules.find(
    (candidate) =>
      candidate.method === asked &&
      candidate.steps.length === steps.length &&
      candidate.steps.every((step, index) => step.startsWith('{') || step === steps[index]),
  )?.rule
}
