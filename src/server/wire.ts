/** The one place where the data plane is put together. */
import { hash } from 'node:crypto'
import { dialects } from '../catalog/dialects.generated.ts'
import { compose, type ModelCall, type ModelReply, type Stage } from '../core/calls/call.ts'
import type { Principal, ResolvedModel } from '../core/calls/registry.ts'
import { classifiersIn, leavesOf, plainRoute } from '../core/calls/route-plan.ts'
import { GatewayError } from '../core/errors.ts'
import { wholeBody } from '../core/wire/streamed-body.ts'
import { admit } from '../gateway/admit.ts'
import { callDirect, callRaw, checkScope } from '../gateway/call-raw.ts'
import { type ConsumptionOptions, watchConsumption, watchOne } from '../gateway/consumption/watch-consumption.ts'
import { watchSessions } from '../gateway/consumption/watch-session.ts'
import { countTokens } from '../gateway/count-tokens.ts'
import { holdModels } from '../gateway/hold-models.ts'
import { activeGuardrails, type GuardOptions, guardCalls } from '../gateway/inspection/guard.ts'
import { bothFields, guardForms } from '../gateway/inspection/guard-form.ts'
import { guardRaw } from '../gateway/inspection/guard-raw.ts'
import { guardSessions } from '../gateway/inspection/guard-session.ts'
import { checkImages, formImages, rawWithinImageLimits, withinImageLimits } from '../gateway/inspection/image-limits.ts'
import { sessionModels } from '../gateway/inspection/session-models.ts'
import { onlyAccount } from '../gateway/only-account.ts'
import { openRealtime, type RealtimeCall, type RealtimeSession } from '../gateway/open-realtime.ts'
import { askHealth } from '../gateway/probe/ask-health.ts'
import { callProvider } from '../gateway/provider-call/call-provider.ts'
import { withSlot } from '../gateway/queue/with-slot.ts'
import type { MayReach } from '../gateway/reach.ts'
import { refuseUnseen } from '../gateway/refuse-unseen.ts'
import { type RouteOptions, route } from '../gateway/route.ts'
import { type AskClassifierOptions, askClassifier } from '../gateway/routing/ask-classifier.ts'
import { classify } from '../gateway/routing/classify.ts'
import { continuedReply } from '../gateway/routing/continue-stream.ts'
import { firstContent } from '../gateway/routing/first-content.ts'
import { watchReply, watchSession } from '../gateway/routing/watch-reply.ts'
import { serveFormats } from '../gateway/serve-formats.ts'
import {
  type BudgetOptions,
  demandAt,
  demandAtDearest,
  holdOne,
  isBudgeted,
  oneCall,
  withinBudgets,
} from '../gateway/within-budgets.ts'
import { sessionBudgets } from '../gateway/within-session.ts'
import { withinTargets } from '../gateway/within-targets.ts'
import { distinctPart } from '../policy/consumption/distinct-part.ts'
import { turnSketch } from '../policy/consumption/turn-sketch.ts'
import { textsRead } from '../policy/difficulty/sort-by-difficulty.ts'
import { createClaims } from '../registry/budget-claims.ts'
import { heldFault } from '../registry/held-keys.ts'
import { createScopes, type Scopes } from '../registry/hold-scope.ts'
import { allowsModel } from '../registry/model-tags.ts'
import { createNearPriced } from '../registry/near-priced.ts'
import type { Resolver } from '../registry/resolve-model.ts'
import { checkLife } from '../registry/virtual-keys.ts'
import type { CompiledConfig } from './config/compile.ts'
import type { Runtime } from './data-plane/runtime.ts'
import { imageLimitsOf } from './inspection/image-limits-of.ts'
import { createScanner } from './scan/scanner.ts'
import { cacheStages, embedderOf, semanticStages } from './wire-caches.ts'
import { guarding, guardingCopies } from './wire-guardrails.ts'
import type { WireOptions } from './wire-options.ts'

/** A runtime from a configuration. Pure but for the connections, the tokens and what is known of targets, which are shared. */
export function buildRuntime(options: WireOptions): Runtime {
  const { config, accounts, resolver, keys, upstreams, credentials, fleet, slots, budgets } = options
  const { limits } = config
  const isAllowed = (principal: Principal, model: string): boolean =>
    allowsModel(principal.models, model, resolver.meansSame)
  const scopes = createScopes(config)
  const { mayReach } = scopes
  const routing = { resolve: resolver.resolve, mayReach, fleet, random: Math.random }
  const accountIds = new Set(accounts.map(({ id }) => id))
  const { acquire, acquireNew, replace } = upstreams
  const sending = { limits, credentials, acquire, acquireNew, replace, scratch: options.scratch }
  const direct = callDirect(sending, mayReach)
  const embedder = embedderOf(config.semanticCache?.embedder, direct, options.localModels)
  const usable = (principal: Principal): ((name: string) => boolean) =>
    scopes.isBound(principal)
      ? (name) => isAllowed(principal, name) && leadsWithinReach(principal, name, resolver.resolve, mayReach)
      : (name) => isAllowed(principal, name)
  const nearPriced = createNearPriced(resolver, usable)
  const { reserve, settle } = budgets
  const budgeting: BudgetOptions = {
    nearPriced,
    claims: createClaims(config.budgets, resolver.resolve),
    reserve,
    settle,
    standing: budgets.standing,
    resolve: resolver.resolve,
  }
  const holding = { claimsOf: budgeting.claims.of, claimsAt: budgeting.claims.at, reserve, settle, nearPriced }
  const asking = holdModels(isAllowed, refuseUnseen(serveFormats(callProvider(sending))))
  const answering = {
    ...routing,
    attempt: countTokens(withinTargets({ ...holding, demandAt }, withSlot(slots, asking))),
    settled: firstContent,
    watch: watchReply,
    goOn: continuedReply,
  }
  const classifying = { ...answering, ...holding, demandAt: demandAtDearest }
  const watching = watchingOf(options, scopes)
  const withinOne = watchedOne(watching, holdOne(budgeting))
  const { held } = options.consumption
  const guardOptions = guarding(config, options)
  const guard = guardCalls(guardOptions)
  const { images } = config.guardrails
  const picturing = { ...guardOptions, readPictures: options.readPictures }
  const limitsOf = images === undefined ? undefined : imageLimitsOf(images)
  const askLimited = limitsOf === undefined ? direct : rawWithinImageLimits(limitsOf, picturing, direct)
  const askGuarded = guardRaw(guardOptions, askLimited)
  const raw = guardRaw(guardOptions, callRaw({ accountOf: resolver.account }, direct))
  const formGuard = guardForms(guardOptions)
  const checkUse: Runtime['checkUse'] = (key, asker, endpoint) => {
    checkLife(key, Date.now())
    scopes.check(key, asker, endpoint)
    held.check(key.id)
  }
  return {
    limits,
    withinOne,
    sessionBudget: sessionBudgets({ claims: budgeting.claims, reserve, settle, now: Date.now }),
    sessionWatch: watching === undefined ? () => undefined : watchSessions(watching),
    formGuard(owner) {
      const limits = limitsOf?.(owner.principal)
      return bothFields(formGuard(owner), limits && formImages(limits))
    },
    checkImagesOf(caller) {
      const limits = limitsOf?.(caller)
      return limits && checkImages(limits)
    },
    sessionGuard: guardSessions({ ...guardOptions, sessionSound: config.guardrails.sessions }),
    sessionModels: sessionModels(guardOptions),
    pipeline: compose(
      [
        admit<ModelCall, ModelReply>(isAllowed),
        ...(watching === undefined ? [] : [watchConsumption(watching)]),
        ...(limitsOf === undefined ? [] : [withinImageLimits(limitsOf, picturing)]),
        guard,
        withinBudgets(budgeting),
        ...classifyStages(config, resolver.resolve, classifying),
        ...cacheStages(options),
        ...semanticStages(options, embedder, mayReach),
      ],
      route(answering),
    ),
    shadowOf: shadowing(config, answering, guardOptions, { budgeting, classifying }),
    isGuarded: ({ workspace, key }) =>
      limitsOf?.({ workspace, key }) !== undefined || activeGuardrails(guardOptions, { workspace, key }).length > 0,
    isConsumptionWatched: watching !== undefined,
    raw: limitsOf === undefined ? raw : rawWithinImageLimits(limitsOf, picturing, raw),
    async askAccount(call) {
      const { workspace, key } = call.principal
      const isGuarded = activeGuardrails(guardOptions, { workspace, key }).length > 0
      return isGuarded ? await askGuarded({ ...call, body: await wholeBody(call.body) }) : await askLimited(call)
    },
    direct,
    askHealth: askHealth(sending),
    accounts,
    isShared: options.workspaces.size > 1,
    accountFor(principal, name) {
      const account = resolver.account(name)
      checkScope(principal, account, resolver.account)
      return account
    },
    isBudgeted: isBudgeted(budgeting),
    onlyAccount: onlyAccount({ resolve: resolver.resolve, isAllowed, mayReach }),
    embedder,
    realtime: compose(
      [
        admit<RealtimeCall, RealtimeSession>(isAllowed),
        async (call, next) => {
          await withinOne(call)
          return await next(call)
        },
      ],
      route({
        ...routing,
        attempt: withinTargets(
          { ...holding, demandAt: () => oneCall },
          openRealtime({ limits, credentials, lookupFor: upstreams.lookupFor }),
        ),
        settled: (session) => session,
        watch: watchSession,
      }),
    ),
    identify: keys.identify,
    identifyHash: keys.withHash,
    checkUse,
    authenticate(headers, asker, endpoint) {
      const key = keys.identify(headers)
      checkUse(key, asker, endpoint)
      return key
    },
    ...(options.clientSecrets === undefined ? {} : { clientSecrets: options.clientSecrets }),
    identifySigned(request, endpoint, nowMs) {
      const signed = keys.identifySigned(request, nowMs)
      if (signed !== undefined) scopes.check(signed.key, request, endpoint)
      return signed
    },
    scan: createScanner(config, options),
    isAccount: (id) => accountIds.has(id),
    recordSettings: config.recordSettings,
    listModels: (principal) => resolver.list(usable(principal)),
    modelNamed: (principal, name) => resolver.named(name, usable(principal)),
  }
}

/** `undefined` where consumption is not watched. */
function watchingOf({ config, consumption, resolver }: WireOptions, scopes: Scopes): ConsumptionOptions | undefined {
  if (config.consumption === undefined) return undefined
  return {
    settings: config.consumption,
    judge: consumption.judge,
    ended: consumption.ended,
    checkHeld: consumption.held.check,
    resolve: resolver.resolve,
    sketch: turnSketch,
    distinct: distinctPart,
    networkOf: scopes.networkOf,
    hash: (text) => hash('sha256', text).slice(0, 32),
    refusal: heldFault,
  }
}

function watchedOne(
  watching: ConsumptionOptions | undefined,
  withinOne: ReturnType<typeof holdOne>,
): ReturnType<typeof holdOne> {
  if (watching === undefined) return withinOne
  const watch = watchOne(watching)
  return async (call, known) => {
    await watch(call, known)
    await withinOne(call, known)
  }
}

/** None where no route asks a model how hard its calls are. */
function classifyStages(
  { routes }: CompiledConfig,
  resolve: (model: string) => Pick<ResolvedModel, 'plan'>,
  classifying: AskClassifierOptions,
): Stage<ModelCall, ModelReply>[] {
  const plans = Object.values(routes).flatMap(({ plan, shadow }) =>
    shadow === undefined ? [plan] : [plan, shadow.plan],
  )
  if (plans.every((plan) => classifiersIn(plan).length === 0)) return []
  const ask = askClassifier(classifying, dialects['openai-chat'])
  return [classify({ resolve, ask, textsOf: textsRead, now: Date.now })]
}

/** Sends copies of calls where the shadow of their route leads; for calls that none is made of, nothing. */
function shadowing(
  config: CompiledConfig,
  answering: RouteOptions<ModelCall, ModelReply>,
  guardOptions: GuardOptions,
  { budgeting, classifying }: { readonly budgeting: BudgetOptions; readonly classifying: AskClassifierOptions },
): Runtime['shadowOf'] {
  if (Object.values(config.routes).every(({ shadow }) => shadow === undefined)) return () => undefined
  const { resolve } = answering
  const resolveShadow = (model: string): ResolvedModel => {
    const { route: name, plan, shadow } = resolve(model)
    return { route: name, plan: shadow?.plan ?? plan, settings: plainRoute }
  }
  const within = withinBudgets({ ...budgeting, resolve: resolveShadow, isOfCopies: true })
  const stages = classifyStages(config, resolveShadow, classifying)
  const guard = guardCalls(guardingCopies(guardOptions, config, { resolve, resolveCall: resolveShadow }))
  const pipeline = compose([guard, within, ...stages], route({ ...answering, resolve: resolveShadow }))
  return (model) => (Math.random() * 100 < (resolve(model).shadow?.percent ?? 0) ? pipeline : undefined)
}

/** Whether a target of the model may have what the principal says. */
function leadsWithinReach(
  principal: Principal,
  name: string,
  resolve: Resolver['resolve'],
  mayReach: MayReach,
): boolean {
  try {
    return leavesOf(resolve(name).plan).some(({ account }) => mayReach(principal, account))
  } catch (fault) {
    if (fault instanceof GatewayError) return false
    throw fault
  }
}
