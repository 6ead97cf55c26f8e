import { hash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { createHealthChecks } from '../gateway/probe/health-checks.ts'
import { budgetMetrics } from '../observe/budget-metrics.ts'
import { createDiscovery, isDiscoverable } from './accounts/discover-models.ts'
import { createUpstreams } from './accounts/upstreams.ts'
import { type GatewayAlerts, startAlerts } from './alerts/start-alerts.ts'
import { openAuditThread } from './audit/audit.ts'
import { beginGatewayAudit } from './audit/gateway-audit.ts'
import { releaseBatches } from './batches/open-batches.ts'
import { createBudgetMemory } from './budgets/budget-memory.ts'
import { openBudgets } from './budgets/open-budgets.ts'
import { allProviders } from './checked-config.ts'
import { clientEndpoints } from './client-paths.ts'
import { inspectionInUse } from './config/compile-guardrails.ts'
import { type OpenConsumption, openConsumption } from './consumption/open-consumption.ts'
import { createControlPlane } from './control/control-plane.ts'
import { openControlStore } from './control-records/open-control.ts'
import { createSavedFilters } from './control-records/saved-filters.ts'
import { startDemoProvider } from './demo/demo-provider.ts'
import { describeFault } from './describe-fault.ts'
import { createEngine, type EngineState } from './engine.ts'
import { prepareSecrets } from './first-start.ts'
import { approvalsIn, createApprovals } from './inspection/approvals.ts'
import { inspectionOf } from './inspection/inspect-texts.ts'
import { createPolicyVersions } from './inspection/policy-versions.ts'
import { createLiveKeys } from './keys/live-keys.ts'
import { createManagementKeys } from './keys/management-keys.ts'
import { listenersOf } from './listeners.ts'
import { checkMetrics } from './metrics/fleet-metrics.ts'
import { createGatewayMetrics } from './metrics/gateway-metrics.ts'
import { urlOf } from './own-address.ts'
import { createWorkspaceCheck } from './privacy/known-workspace.ts'
import { createPrivacy } from './privacy/privacy.ts'
import { createAllWorkers } from './process/all-workers.ts'
import { openDataDirectory } from './process/data-directory.ts'
import { closeServer, listen } from './process/serve-calls.ts'
import { tuneCollector } from './process/tune-collector.ts'
import { type GatewayStatus, type Readiness, readinessOf } from './readiness.ts'
import { callStoreOf } from './record/call-stores.ts'
import { openRecord } from './record/record.ts'
import { configAtStart } from './reload/config-at-start.ts'
import { followAtRuntime } from './reload/follow-at-runtime.ts'
import { createRoutesApi } from './routes/routes-api.ts'
import type { RunningGateway, StartOptions } from './running-gateway.ts'
import { createKeptCredentials } from './secrets/kept-credentials.ts'
import { watchKeptCredentials } from './secrets/kept-watch.ts'
import { openMasterKey } from './secrets/master-key.ts'
import { openPairSecret } from './secrets/pair-secret.ts'
import { createCallFeed } from './telemetry/finished-calls.ts'
import { createTelemetry } from './telemetry/telemetry.ts'
import { tryableOf } from './tryable.ts'

/** Starts the whole gateway: first start, record, data plane, control plane, hot reload. */
export async function startGateway(options: StartOptions): Promise<RunningGateway> {
  const { environment, log, configPath } = options
  tuneCollector()
  const dataDirectory = resolve(options.dataDirectory)
  const closers: (() => void | Promise<void>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    const first = await configAtStart(options, dataDirectory)
    const directory = openDataDirectory(dataDirectory)
    closers.push(() => directory.release())
    releaseBatches(dataDirectory, log)
    const store = await openControlStore({ dataDirectory, environment, log })
    closers.push(() => store.close())
    const listeners = listenersOf(options, first.config)
    const { host, port, controlPort } = listeners
    const secrets = prepareSecrets(store, first.config, environment, { host, now: Date.now() })
    const pairSecret = openPairSecret(dataDirectory)
    const masterKey = openMasterKey(environment)
    const audit = openAuditThread(dataDirectory)
    closers.push(() => audit.close())
    const started = {
      subject: configPath ?? '',
      details: {
        version: options.version,
        sha256: first.isThere ? hash('sha256', first.text) : null,
        keysMade: secrets.shown.keys.map(({ id }) => id),
      },
    }
    const { note, refusals, close: endAudit } = await beginGatewayAudit(audit, started, log)
    closers.push(endAudit)
    const demo = await startDemoProvider()
    closers.push(() => demo.close())
    const listening = { host, port }
    let state: EngineState = {
      configText: first.text,
      configFiles: first.files,
      keys: secrets.keys,
      pairSecret,
      credentials: store.credentials(),
      demo: { baseUrl: demo.baseUrl, secret: demo.secret },
      own: { host, ports: [port, controlPort] },
    }
    let alerts: GatewayAlerts | undefined
    const processes = createAllWorkers(() => engine)
    const consumption: OpenConsumption = await openConsumption({
      dataDirectory,
      shared: first.config.budgetAuthority,
      now: options.now ?? Date.now,
      note,
      append: audit.append,
      settings: () => engine.config().consumption,
      heldChanged: processes.tellHolds,
      // No call comes before alerts are there.
      alert: (draft) => alerts?.raise(draft),
      log,
    })
    closers.push(() => consumption.authority.close())
    const callStore = callStoreOf(dataDirectory, environment)
    const budgets = await openBudgets({
      authority: first.config.budgetAuthority,
      dataDirectory,
      isRecordShared: callStore.engine !== 'sqlite',
      log,
    })
    closers.push(() => budgets.close())
    const engine = createEngine(state, environment, dataDirectory, {
      budgets: budgets.ledger,
      metadata: options.metadata,
      // Only one process alone has nobody to tell.
      hasNews: options.workers > 1 ? processes.tellNews : undefined,
      consumption: consumption.authority,
      log,
    })
    closers.push(() => engine.close())
    const asking = createUpstreams()
    closers.push(() => asking.close())
    const discovery = createDiscovery({ get: asking.get, found: (discovered) => applyOrLog({ ...state, discovered }) })
    closers.push(() => discovery.close())
    const discover = (): void => {
      const { listModels } = engine.models()
      const accounts = engine.accounts().filter((account) => isDiscoverable(account, listModels))
      discovery.follow(accounts, engine.config().discoverEveryMs)
    }
    const feed = createCallFeed()
    const { secret } = engine
    const telemetry = createTelemetry({ feed, settings: () => engine.config().telemetry, secret, log })
    closers.push(() => telemetry.close())
    const record = openRecord({
      guardrails: engine.config().guardrails.source,
      feed,
      flushWorkers: processes.flushWorkers,
      dataDirectory,
      store: callStore,
      writerId: `primary-${process.pid}`,
      expired: ({ workspace: subject, ...details }) =>
        void note({ actor: 'gateway', action: 'calls-expired', subject, details }),
    })
    closers.push(() => record.close())
    const memory = createBudgetMemory({
      ledger: engine.budgets,
      record,
      hasBudgets: () =>
        engine.config().budgets.length > 0 || engine.keys().some(({ budgets }) => budgets !== undefined),
      log,
    })
    closers.push(() => memory.close())
    await memory.recall()
    const status: GatewayStatus = { isDraining: false, configFault: undefined }
    const recordReasons = (): readonly string[] => [...record.reasons(), ...processes.spoolReasons()]
    const keptCredentials = watchKeptCredentials(store.credentials, masterKey, log)
    closers.push(keptCredentials.close)
    const reasons = (): readonly string[] => [
      ...recordReasons(),
      ...processes.storageReasons(),
      ...audit.reasons(),
      ...store.reasons(),
      ...budgets.reasons(),
      ...consumption.reasons(),
      ...keptCredentials.reasons(),
      // Of what this process itself sends: alerts, telemetry.
      ...engine.secretFaults.faults(),
    ]
    const readiness = (): Readiness => readinessOf(status, [...reasons(), ...(alerts?.reasons() ?? [])])
    const logFault = (fault: unknown, callId = ''): void =>
      log(`internal fault${callId === '' ? '' : ` in call ${callId}`}: ${describeFault(fault)}`)
    closers.push(processes.drain)
    await processes.begin({
      ...listening,
      count: options.workers,
      dataDirectory,
      state,
      consumption: consumption.authority,
      consumptionSettings: () => engine.config().consumption,
      sink: record.sink,
      isThere: async (subject) => (await processes.isInFlight(subject)) || (await record.hasCall(subject)),
      readiness,
      wake: record.wake,
      log: logFault,
      warn: log,
    })
    const checks = createHealthChecks({
      ask: (account, check) => engine.runtime().askHealth(account, check),
      answeredMsAgo: processes.answeredMsAgo,
      tell: engine.fleet.checked,
      random: Math.random,
      log,
    })
    closers.push(() => checks.close())
    checks.watch(engine.accounts())
    let catalogueFault: string | undefined
    const tellCatalogueFault = (): void => {
      const fault = engine.catalogueFault()
      if (fault !== undefined && fault !== catalogueFault) log(fault)
      catalogueFault = fault
    }
    tellCatalogueFault()
    const policies = createPolicyVersions(join(dataDirectory, 'policies'), Date.now, log)
    const apply = (next: EngineState): void => {
      engine.update(next)
      tellCatalogueFault()
      state = next
      processes.update(next)
      void memory.recall()
      checks.watch(engine.accounts())
      telemetry.follow()
      record.inspectWith(engine.config().guardrails.source)
      policies.keep(engine.config().guardrails)
      discover()
    }
    const applyOrLog = (next: EngineState): void => {
      try {
        apply(next)
      } catch (fault) {
        logFault(fault)
      }
    }
    const liveKeys = createLiveKeys({
      store,
      engine,
      pairSecret,
      audit,
      inUse: () => state.keys,
      use(keys) {
        apply({ ...state, keys, credentials: store.credentials(), approvals: approvalsIn(store, Date.now()) })
        // Holds may have been placed at another gateway.
        privacy.retain()
      },
      log,
    })
    closers.push(() => liveKeys.close())
    const { purgeCache, forgetPerson, reportAnswer } = processes
    const held = { store, record, audit, dataDirectory, purgeCache, forgetPerson }
    const privacy = createPrivacy({ ...held, config: engine.config, log })
    privacy.retain()
    const metrics = createGatewayMetrics([
      processes.metrics,
      record.metrics,
      telemetry.metrics,
      () => checkMetrics(checks.counts()),
      consumption.metrics,
      budgets.metrics,
      () => alerts?.metrics() ?? {},
      async () => budgetMetrics(await budgets.list(engine.keys())),
      () => ({
        portcullis_calls_in_flight: processes.inFlight,
        portcullis_record_ready: recordReasons().length === 0 ? 1 : 0,
        portcullis_config_stale: status.configFault === undefined ? 0 : 1,
      }),
    ])
    closers.push(metrics.close)
    alerts = startAlerts({
      dataDirectory,
      upstreams: engine.upstreams,
      secret: engine.secret,
      receivers: () => engine.config().receivers,
      checkpoints: { audit, schedule: () => engine.config().checkpoints },
      budgets: engine.budgets,
      keys: engine.keys,
      view: () => ({
        reasons: reasons(),
        configFault: status.configFault,
        configPlace: status.configPlace,
        failingAccounts: checks.counts().flatMap(({ account, isFailing }) => (isFailing ? [account] : [])),
      }),
      log,
    })
    closers.push(alerts.close)
    const control = createControlPlane({
      version: options.version,
      adminTokenHash: secrets.adminTokenHash,
      host,
      dataUrl: urlOf(host, processes.port),
      readiness,
      refusals,
      audit,
      log: logFault,
      calls: record.reader,
      providers: allProviders,
      accounts: engine.accounts,
      models: engine.models,
      reportAnswer,
      embedder: () => engine.runtime().embedder,
      inspect: inspectionOf(engine.config, engine.resolver, engine.detectorIo),
      keysInspected: engine.keys,
      configText: () => state.configText,
      keys: liveKeys.api,
      credentials: createKeptCredentials({
        store,
        append: audit.append,
        masterKey,
        now: Date.now,
        changed() {
          apply({ ...state, credentials: store.credentials() })
          keptCredentials.look()
        },
      }),
      approvals: createApprovals({
        store,
        append: audit.append,
        now: Date.now,
        changed: () => apply({ ...state, approvals: approvalsIn(store, Date.now()) }),
      }),
      managementKeys: createManagementKeys({ store, append: audit.append, now: options.now ?? Date.now }),
      alerts,
      budgets: { list: () => budgets.list(engine.keys()), forecast: alerts.forecast },
      consumption: consumption.api,
      policies: { ...policies, current: () => engine.config().guardrails.version },
      purgeCache,
      privacy,
      checkWorkspace: createWorkspaceCheck({ config: engine.config, keys: engine.keys, reader: record.reader }),
      filters: createSavedFilters(store),
      routes: createRoutesApi({
        engine,
        endpoints: clientEndpoints(),
        fleets: processes.fleets,
      }),
      metrics: metrics.render,
    })
    await listen(control, controlPort, host)
    closers.push(() => closeServer(control, 1000))
    const following = followAtRuntime({
      options,
      first,
      listeners,
      engine,
      inUse: () => state,
      apply,
      changed() {
        liveKeys.configChanged()
        privacy.retain()
      },
      // With or without a change of the file: a catalogue may have been updated.
      again() {
        applyOrLog(state)
        discovery.again()
      },
      status,
      audit,
      note,
      logFault,
    })
    closers.push(() => following.close())
    await secrets.keep()
    liveKeys.watch()
    // Nobody waits for it, and it reads lists of the catalogue.
    setImmediate(discover)
    return {
      host,
      url: urlOf(host, processes.port),
      controlUrl: urlOf(host, (control.address() as AddressInfo).port),
      accounts: engine.accounts().map(({ id }) => id),
      inspection: inspectionInUse(engine.config().guardrails),
      shown: secrets.shown,
      tryable: tryableOf(secrets.shown, engine.keys(), engine.accounts()),
      dataDirectory,
      ...(configPath === undefined ? {} : { configFile: { path: configPath, isThere: first.isThere } }),
      async close() {
        status.isDraining = true
        await closeAll()
      },
    }
  } catch (fault) {
    await closeAll()
    throw fault
  }
}
