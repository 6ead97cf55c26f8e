import { isJsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** Words of checks and parameters that change what is sent: `default.regexReplace`, `redact: true`, `default.addPrefix`. */
const changing = /redact|replace|mutat|transform|prefix|mask/i

/**
 * Whether hooks of a config only watch, so that nothing is answered or sent differently without them. What cannot be
 * looked into (the slug of a saved guardrail) does not count as watching.
 */
export function onlyWatch(hooks: JsonValue): boolean {
  return (Array.isArray(hooks) ? hooks : [hooks]).every(
    (hook) =>
      isJsonObject(hook) &&
      (hook['deny'] === undefined || hook['deny'] === false) &&
      !changing.test(JSON.stringify(hook)),
  )
}
