import { isDeepStrictEqual } from 'node:util'
import { GatewayError } from '../../core/errors.ts'
import type { Embedder } from '../../core/model/embedder.ts'
import type { LocalModelSettings } from '../config/model-folder.ts'
import { held } from '../process/held.ts'
import { type LocalModel, nameOf, openLocalModel } from './local-embedder.ts'
import type { LocalModelHooks } from './model-queue.ts'

/** The model of the configuration in use. It outlives a configuration that wants the same one. */
export interface LocalModels {
  /** Loaded when it is first asked, or before where calls are served. */
  embedderOf(settings: LocalModelSettings): Embedder
  /** What is wanted from now on. */
  configure(settings: LocalModelSettings | undefined): void
  /** This process serves calls, and must not wait for the model at the first one. */
  serve(hooks: LocalModelHooks): void
  close(): Promise<void>
}

const silent: LocalModelHooks = { tell: () => undefined, warn: () => undefined }

export function createLocalModels(): LocalModels {
  let hooks = silent
  let wanted: LocalModelSettings | undefined
  let opened: LocalModelSettings | undefined
  const room = held((settings: LocalModelSettings) => openLocalModel(settings, hooks))
  const use = (settings: LocalModelSettings | undefined): LocalModel | undefined => {
    opened = settings
    return room.use(settings)
  }
  return {
    embedderOf(settings) {
      const model = (): LocalModel | undefined => (isDeepStrictEqual(settings, wanted) ? use(settings) : undefined)
      return {
        id: nameOf(settings),
        isReady: () => model()?.isReady() ?? false,
        async embed(texts) {
          const own = model()
          if (own === undefined) throw new GatewayError('embedder_unavailable', 'The local model is another one now.')
          return await own.embed(texts)
        },
      }
    },
    configure(settings) {
      wanted = settings
      if (hooks !== silent) use(settings)
      else if (!isDeepStrictEqual(opened, settings)) use(undefined)
    },
    serve(given) {
      hooks = given
      use(wanted)
    },
    async close() {
      wanted = undefined
      use(undefined)
      await room.closed()
    },
  }
}
