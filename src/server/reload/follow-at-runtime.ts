import { isDeepStrictEqual } from 'node:util'
import type { NamedFile } from '../config/named-files.ts'
import type { Engine, EngineState } from '../engine.ts'
import { keysNotMade } from '../first-start.ts'
import { type Listeners, listenersOf } from '../listeners.ts'
import type { StartOptions } from '../running-gateway.ts'
import type { ConfigAtStart } from './config-at-start.ts'
import { type FollowOptions, followConfig } from './follow-config.ts'

export interface Following extends Pick<FollowOptions, 'status' | 'audit' | 'note' | 'logFault'> {
  readonly options: StartOptions
  readonly first: ConfigAtStart
  /** As it runs. */
  readonly listeners: Listeners
  readonly engine: Pick<Engine, 'check' | 'config'>
  inUse(): EngineState
  /** Throws for what cannot be used, and changes nothing. */
  apply(next: EngineState): void
  /** Another text is in use. */
  changed(): void
  /** The same once more: what it names may have changed. */
  again(): void
}

/** A running gateway follows its file, and looks at all that it has read once more when it is told to (SIGHUP). */
export function followAtRuntime(following: Following): { close(): void } {
  const { options, first, engine, inUse, status, audit, note, logFault } = following
  const { configPath, environment, log } = options
  const withText = (configText: string, configFiles: readonly NamedFile[]): EngineState => ({
    ...inUse(),
    configText,
    configFiles,
  })
  const followed =
    configPath === undefined
      ? undefined
      : followConfig({
          file: configPath,
          first,
          environment,
          status,
          audit,
          note,
          check: (text, files) => engine.check(withText(text, files)),
          use(text, files) {
            following.apply(withText(text, files))
            following.changed()
            status.configFault = undefined
            tellLoaded(following)
          },
          log,
          logFault,
        })
  const takeOver = (): void => {
    following.again()
    followed?.again()
  }
  process.on('SIGHUP', takeOver)
  return {
    close() {
      process.off('SIGHUP', takeOver)
      followed?.close()
    },
  }
}

function tellLoaded({ options, first, listeners, engine, inUse }: Following): void {
  const { configPath, log } = options
  const isAsItRuns = isDeepStrictEqual(listenersOf(options, engine.config()), listeners)
  const change = isAsItRuns ? '' : ' The change of `listen` takes effect at the next start.'
  log(`${configPath} was loaded again.${change}`)
  first.tellWarnings(engine.config())
  for (const { id } of keysNotMade(engine.config(), inUse().keys))
    log(`The key "${id}" has no value yet: it is made and shown at the next start, or give it one with \`key\`.`)
}
