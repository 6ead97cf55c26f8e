import { timingSafeEqual } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, Next } from 'hono'
import { GatewayError } from '../../core/errors.ts'
import { type Actor, adminActor, checkPermission } from '../../registry/access.ts'
import { hashKey } from '../../registry/virtual-keys.ts'
import type { Refusals } from '../audit/refusals.ts'
import { isLoopback } from '../first-start.ts'
import type { ApprovalsApi } from '../inspection/approvals.ts'
import type { Readiness } from '../readiness.ts'
import { addAccessRoutes } from './access.ts'
import { type AlertsApi, addAlertRoutes } from './alerts.ts'
import { addAnalyticsRoutes } from './analytics.ts'
import type { ControlEnv } from './app.ts'
import { addApprovalRoutes } from './approvals.ts'
import { type AuditApi, addAuditRoutes } from './audit.ts'
import { addBudgetRoutes, type BudgetsApi } from './budgets.ts'
import { addCacheRoutes, type CacheApi } from './cache.ts'
import { addCallRoutes } from './calls.ts'
import { addCatalogueRoutes, type CatalogueApi } from './catalogue.ts'
import { addConfigRoutes, type ConfigApi } from './config.ts'
import { addConsumptionRoutes, type ConsumptionApi } from './consumption.ts'
import { addCredentialRoutes, type CredentialsApi } from './credentials.ts'
import { cutWithKey } from './cut-with-key.ts'
import { addEmbedRoute, type EmbedApi } from './embed.ts'
import { errorBody, sendProblem } from './errors.ts'
import { addExportRoute } from './export.ts'
import { addFilterRoutes, type FiltersApi } from './filters.ts'
import { addInspectRoute, type InspectApi } from './inspect.ts'
import { addKeyRoutes, type KeysApi } from './keys.ts'
import { addManagementKeyRoutes, type ManagementKeysApi } from './management-keys.ts'
import { addPolicyRoutes, type PoliciesApi } from './policies.ts'
import { addPrivacyRoutes, type PrivacyApi } from './privacy.ts'
import { queryNames } from './query-names.ts'
import { invalid } from './read-json.ts'
import { type RouteRule, ruleFor } from './route-permissions.ts'
import { addRouteRoutes, type RoutesApi } from './routes.ts'
import { addSessionRoutes } from './sessions.ts'
import { addTraceRoutes } from './traces.ts'

export interface ControlPlaneOptions
  extends AlertsApi,
    ApprovalsApi,
    AuditApi,
    BudgetsApi,
    CacheApi,
    CatalogueApi,
    ConfigApi,
    ConsumptionApi,
    CredentialsApi,
    EmbedApi,
    FiltersApi,
    InspectApi,
    KeysApi,
    ManagementKeysApi,
    PoliciesApi,
    PrivacyApi,
    RoutesApi {
  readonly version: string
  /** The address listened on: on loopback, only loopback names are served. */
  readonly host: string
  /** Where calls go, for who comes here with one. */
  readonly dataUrl: string
  readiness(): Readiness
  /** Prometheus text. */
  metrics(): Promise<string>
  readonly refusals: Pick<Refusals, 'token' | 'permission'>
  log(fault: unknown): void
}

/** The control plane: what people and tools ask about the gateway, behind the admin token. Calls never pass here. */
export function createControlPlane(options: ControlPlaneOptions): Server {
  const app = new OpenAPIHono<ControlEnv>({
    defaultHook: (result) => {
      if (result.success) return
      throw invalid(result.error)
    },
  })
  app.onError((fault, context) => {
    const actor = context.get('actor')
    if (fault instanceof GatewayError && fault.code === 'permission_denied' && actor !== undefined)
      options.refusals.permission(actor, ruleFor(context.req.method, context.req.path)?.route ?? '')
    if (!(fault instanceof GatewayError)) options.log(fault)
    return sendProblem(fault)
  })
  app.notFound(({ req: { path, method } }) => {
    const shown = path.slice(0, 200)
    if (isOfDataPlane(path)) {
      return sendProblem(new GatewayError('unknown_path', `${shown} is on the data plane, ${options.dataUrl}.`))
    }
    const allowed = methodsAt(app.routes, path)
    if (allowed.length === 0) {
      return sendProblem(new GatewayError('unknown_path', `There is nothing at ${shown}; see /api/v1/openapi.json.`))
    }
    const allow = allowed.join(', ')
    const problem = sendProblem(new GatewayError('method_not_allowed', `${shown} takes ${allow}, not ${method}.`))
    problem.headers.set('allow', allow)
    return problem
  })
  app.use(async (context, next) => {
    checkHost(context.req.header('host'), options.host)
    await next()
    context.res.headers.set('x-content-type-options', 'nosniff')
    context.res.headers.set('x-frame-options', 'DENY')
    context.res.headers.set('referrer-policy', 'no-referrer')
    context.res.headers.set('cache-control', 'no-store')
    context.res.headers.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
  })
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.get('/readyz', (context) => {
    const readiness = options.readiness()
    return context.json(readiness, readiness.ready ? 200 : 503)
  })
  app.get('/', (context) => context.html(startPage(options.version)))
  const checkNames = queryNames(app)
  const expected = Buffer.from(options.adminTokenHash, 'hex')
  const authenticated = async (context: Context<ControlEnv>, next: Next): Promise<void> => {
    const { method, path } = context.req
    const authorization = context.req.header('authorization')
    const actor = actorFor(authorization, expected, options)
    context.set('actor', actor)
    const rule = ruleFor(method, path)
    if (actor !== adminActor) checkRule(actor, rule, path)
    if (rule !== undefined) checkNames(rule.route, Object.keys(context.req.query()))
    await next()
    if (actor === adminActor) return
    cutWithKey(context.env.outgoing, () => options.managementKeys.authenticate(tokenOf(authorization)))
  }
  app.use('/api/*', authenticated)
  // A scraper on this machine needs no token; what others can reach shows model names and costs.
  if (!isLoopback(options.host)) app.use('/metrics', authenticated)
  app.get('/metrics', async (context) =>
    context.body(await options.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  )
  addAccessRoutes(app, options)
  addApprovalRoutes(app, options)
  addPolicyRoutes(app, options)
  addAlertRoutes(app, options)
  addAnalyticsRoutes(app, options)
  addAuditRoutes(app, options)
  addBudgetRoutes(app, options)
  addCacheRoutes(app, options)
  addExportRoute(app, options)
  addCallRoutes(app, options)
  addTraceRoutes(app, options)
  addSessionRoutes(app, options)
  addCatalogueRoutes(app, options)
  addConfigRoutes(app, options)
  addConsumptionRoutes(app, options)
  addCredentialRoutes(app, options)
  addEmbedRoute(app, options)
  addFilterRoutes(app, options)
  addInspectRoute(app, options)
  addKeyRoutes(app, options)
  addManagementKeyRoutes(app, options)
  addPrivacyRoutes(app, options)
  addRouteRoutes(app, options)
  app.openAPIRegistry.registerComponent('securitySchemes', 'adminToken', { type: 'http', scheme: 'bearer' })
  app.doc31('/api/v1/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Portcullis control plane', version: options.version },
    security: [{ adminToken: [] }],
  })
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      listener(request, response).catch((fault: unknown) => {
        options.log(fault)
        if (response.headersSent) response.destroy()
        else
          response
            .writeHead(500, { 'content-type': 'application/json' })
            .end(JSON.stringify(errorBody(new GatewayError('internal_error', 'The control plane failed.'))))
      })
    },
  )
}

/** `/v1/…` and `/openai/v1/…`; the paths here begin with `/api/v1`. */
function isOfDataPlane(path: string): boolean {
  return /^(?:\/(?!api\/)[a-z]+)?\/v1(?:beta)?\//.test(path)
}

/** What a path takes, by the routes that there are. */
function methodsAt(routes: readonly { readonly path: string; readonly method: string }[], path: string): string[] {
  const steps = path.split('/')
  const fits = (route: string): boolean => {
    const wanted = route.split('/')
    return (
      wanted.length === steps.length && wanted.every((step, index) => step.startsWith(':') || step === steps[index])
    )
  }
  return [
    ...new Set(
      routes.filter(({ method, path: route }) => method !== 'ALL' && fits(route)).map((route) => route.method),
    ),
  ]
}

/** Throws `invalid_admin_token`, `expired_key` or `revoked_key`. */
function actorFor(
  authorization: string | undefined,
  expected: Buffer,
  { managementKeys, refusals }: Pick<ControlPlaneOptions, 'managementKeys' | 'refusals'>,
): Actor {
  if (authorization === undefined)
    throw new GatewayError('invalid_admin_token', 'The request holds no admin token and no management key.')
  const token = tokenOf(authorization)
  // Equal lengths by construction, so that the comparison takes the same time for every token.
  if (timingSafeEqual(Buffer.from(hashKey(token), 'hex'), expected)) return adminActor
  try {
    return managementKeys.authenticate(token)
  } catch (fault) {
    refusals.token()
    throw fault
  }
}

function tokenOf(authorization = ''): string {
  return /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
}

/** Where no rule stands there is nothing for a management key. Throws `permission_denied` or `unknown_path`. */
function checkRule(actor: Actor, rule: RouteRule | undefined, path: string): void {
  if (rule === undefined)
    throw new GatewayError('unknown_path', `There is nothing at ${path.slice(0, 200)}; see /api/v1/openapi.json.`)
  if (rule.permission !== 'none') checkPermission(actor, rule.permission)
  if (rule.reach === 'gateway' && actor.workspace !== undefined) {
    const message = `This tells of all workspaces, and this management key is for "${actor.workspace}" only.`
    throw new GatewayError('permission_denied', message)
  }
}

/** A web page that a browser loaded from elsewhere can point its own name at 127.0.0.1 (DNS rebinding); the `Host` header gives it away. */
function checkHost(host: string | undefined, listened: string): void {
  if (!isLoopback(listened)) return
  const name = (host ?? '').replace(/:\d+$/, '')
  if (!isLoopback(name)) throw new GatewayError('invalid_request', 'This control plane answers to loopback names only.')
}

function startPage(version: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Portcullis</title><style>body{font:16px/1.5 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}code{background:#eee;padding:.1em .3em}</style>
<h1>Portcullis ${version}</h1><p>This is the control plane. Its API wants the admin token as <code>Authorization: Bearer …</code>.</p>
<ul><li><code>/api/v1/calls</code> the record of calls</li><li><code>/api/v1/providers</code>, <code>/api/v1/models</code> the catalogue</li><li><code>/api/v1/keys</code> virtual keys</li><li><code>/api/v1/routes</code> routes and how their targets are doing</li><li><code>/api/v1/config</code> the configuration file in use</li><li><code>/api/v1/openapi.json</code> the whole API</li><li><a href="/readyz">/readyz</a>, <a href="/metrics">/metrics</a></li></ul>`
}
