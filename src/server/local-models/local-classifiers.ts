import { isDeepStrictEqual } from 'node:util'
import { GatewayError } from '../../core/errors.ts'
import type { ClassifierFolder, LabelScore } from '../../core/inspection/text-classifier.ts'
import type { StorageTeller } from '../../core/record/storage-state.ts'
import { type LocalModelSettings, localModelSettings, ModelFolder } from '../config/model-folder.ts'
import { type LocalModelHooks, type ModelQueue, openModelQueue } from './model-queue.ts'

/** The longest a guardrail may be told to wait. */
const PATIENCE_MS = 60_000

/** Models of folders that judge texts, for the guardrails in use. One outlives a configuration that wants the same. */
export interface LocalClassifiers {
  /** Rejects while the model is not loaded, and where it has no answer. */
  classify(folder: ClassifierFolder, text: string): Promise<readonly LabelScore[]>
  /** What is wanted from now on. */
  configure(wanted: readonly ClassifierFolder[]): void
  /** This process serves calls, and must not wait for a model at the first one. */
  serve(hooks: LocalModelHooks): void
  close(): Promise<void>
}

type Queue = ModelQueue<readonly LabelScore[]>

export function createLocalClassifiers(): LocalClassifiers {
  let hooks: LocalModelHooks = { tell: () => undefined, warn: () => undefined }
  let wanted: readonly LocalModelSettings[] = []
  let isServing = false
  const open = new Map<LocalModelSettings, Queue>()
  const faults = new Map<LocalModelSettings, string>()

  /** Of all of them, the first that is not well. */
  function tellOf(settings: LocalModelSettings): StorageTeller {
    return (fault) => {
      if (fault === undefined) faults.delete(settings)
      else faults.set(settings, fault)
      hooks.tell(faults.values().next().value)
    }
  }

  function queueOf(settings: LocalModelSettings): Queue {
    const known = open.get(settings)
    if (known !== undefined) return known
    const options = { thread: 'classifier-thread', product: 'labels', patienceMs: PATIENCE_MS, unavailable }
    const queue: Queue = openModelQueue(settings, {
      ...options,
      tell: tellOf(settings),
      warn: (message) => hooks.warn(message),
    })
    open.set(settings, queue)
    return queue
  }

  function closeUnwanted(): Promise<unknown> {
    const gone = [...open].filter(([settings]) => !wanted.includes(settings))
    for (const [settings] of gone) open.delete(settings)
    return Promise.all(gone.map(([, queue]) => queue.close()))
  }

  return {
    async classify(folder, text) {
      const settings = wanted.find((one) => isDeepStrictEqual(one, settingsOf(folder)))
      if (settings === undefined) throw unavailable('The local model is another one now.')
      const queue = queueOf(settings)
      await queue.loaded()
      if (queue.digest() === undefined) throw unavailable('The local model is not loaded.')
      return await queue.ask(text)
    },
    configure(folders) {
      const before = [...open.keys()]
      const all = folders
        .map(settingsOf)
        .filter((one, at, list) => list.findIndex((two) => isDeepStrictEqual(one, two)) === at)
      wanted = all.map((one) => before.find((known) => isDeepStrictEqual(known, one)) ?? one)
      void closeUnwanted()
      if (isServing) for (const settings of wanted) queueOf(settings)
    },
    serve(given) {
      hooks = given
      isServing = true
      for (const settings of wanted) queueOf(settings)
    },
    async close() {
      wanted = []
      await closeUnwanted()
    },
  }
}

function settingsOf(folder: ClassifierFolder): LocalModelSettings {
  return localModelSettings(ModelFolder.parse(folder))
}

function unavailable(message: string): GatewayError {
  return new GatewayError('upstream_unreachable', message)
}
