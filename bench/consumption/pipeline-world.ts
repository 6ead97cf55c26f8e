import { randomUUID } from 'node:crypto'
import { openaiChat } from '../../src/catalog/dialects/openai-chat.ts'
import { modelCatalogue } from '../../src/catalog/models/model-facts.ts'
import type { ModelCall, ModelReply } from '../../src/core/calls/call.ts'
import type { ResolvedModel } from '../../src/core/calls/registry.ts'
import { GatewayError } from '../../src/core/errors.ts'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { watchConsumption } from '../../src/gateway/consumption/watch-consumption.ts'
import { distinctPart } from '../../src/policy/consumption/distinct-part.ts'
import { turnSketch } from '../../src/policy/consumption/turn-sketch.ts'
import { heldFault } from '../../src/registry/held-keys.ts'
import { createScopes } from '../../src/registry/hold-scope.ts'
import { ConsumptionSection, consumptionSettings } from '../../src/server/config/consumption-section.ts'
import { createConsumptionAuthority } from '../../src/server/consumption/consumption-authority.ts'
import type { Attack } from './attacks.ts'
import { createBilling } from './billed-provider.ts'
import { networkOf, type World } from './world.ts'

/** The stage that judges and whoever it asks, as a gateway puts them together, without HTTP, routes and a record around them. */
export function pipelineWorld(_: Attack, consumption: object | undefined): World {
  const clock = { now: Date.UTC(2026, 0, 1) }
  const { add, bill } = createBilling()
  const authority = createConsumptionAuthority({ now: () => clock.now, newId: randomUUID })
  const settings =
    consumption === undefined ? undefined : consumptionSettings(ConsumptionSection.parse({ ...consumption, slowMs: 1 }))
  const { modelFacts } = modelCatalogue()
  const scopes = createScopes({ trustedProxies: ['127.0.0.1'], dataRegionsOf: () => undefined })
  const watch =
    settings === undefined
      ? undefined
      : watchConsumption({
          settings,
          judge: authority.judge,
          ended: authority.ended,
          checkHeld: authority.held.check,
          resolve: (name) => {
            const model = bare(name)
            const facts = modelFacts('openai', model)
            return { route: name, plan: { kind: 'target', target: { model, facts } } } as unknown as ResolvedModel
          },
          sketch: turnSketch,
          distinct: distinctPart,
          networkOf: scopes.networkOf,
          hash: (text) => text,
          refusal: heldFault,
        })

  return {
    clock,
    isWatched: settings !== undefined,
    bill,
    async send({ key: index, body, outputTokens }) {
      const key = `key-${index}`
      const json = body as JsonObject & { readonly model: string }
      const bytes = Buffer.from(JSON.stringify(json))
      let countedNanoUsd = 0
      let wasSlowed = false
      const call = {
        id: randomUUID(),
        principal: { key, workspace: 'default', models: ['*'] },
        endpoint: { kind: 'dialect', dialect: openaiChat },
        model: json.model,
        wire: { bytes, json },
        request: () => openaiChat.decodeRequest(json, { model: json.model, stream: false }),
        reserved: { reservation: undefined },
        asker: { remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': networkOf(index) } },
        lifetime: { onEnd: () => () => undefined },
        emit(fact: Parameters<ModelCall['emit']>[0]) {
          if (fact.type !== 'consumption-judged') return
          countedNanoUsd = fact.verdict.countedNanoUsd
          wasSlowed = fact.verdict.decisions.some(({ action }) => action === 'slow')
        },
      } as unknown as ModelCall
      try {
        await watch?.(call, async () => ({}) as ModelReply)
      } catch (fault) {
        if (!(fault instanceof GatewayError)) throw fault
        return { kind: 'refused', isHeld: fault.status === 403, reason: fault.message }
      }
      const model = bare(json.model)
      // A gateway sends on the body with the name that its provider knows.
      const { inputTokens, costNanoUsd } = add(model, bytes.length - (json.model.length - model.length), outputTokens)
      return {
        kind: 'arrived',
        async answer() {
          const tokens = inputTokens + outputTokens
          if (settings !== undefined)
            authority.ended({ id: call.id, key, workspace: 'default', countedNanoUsd, costNanoUsd, tokens }, settings)
          return { wasSlowed }
        },
      }
    },
    close: authority.close,
  }
}

const bare = (model: string): string => model.slice(model.indexOf('/') + 1)
