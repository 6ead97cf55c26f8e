/** What a generation of Gemini takes. Google refuses with 400 what it does not. */
export interface GeminiTraits {
  readonly thinking:
    | { readonly by: 'none' }
    /** `least` is 0 where thinking can be left out. */
    | { readonly by: 'budget'; readonly least: number; readonly most: number; readonly canDisable: boolean }
    | { readonly by: 'level'; readonly levels: readonly string[] }
  /** A call of the history must have a signature, or the word that stands for one. */
  readonly needsSignatures: boolean
  /** Media may stand within a function's response. */
  readonly takesMediaInResults: boolean
  /** Functions may be declared beside a JSON format of the answer. */
  readonly takesToolsWithFormat: boolean
}

/**
 * Reads the traits off a model's name. A newer one than is listed takes what the newest takes; so does an alias without a
 * version (`gemini-flash-latest`). Sources: https://ai.google.dev/gemini-api/docs/thinking, "thought-signatures",
 * "function-calling" and "structured-output" beside it.
 */
export function geminiTraits(model: string): GeminiTraits {
  const name = /gemini-(?:(\d+)(?:\.(\d+))?-)?(flash-lite|flash|pro)?/.exec(model)
  if (name === null) return foreign
  const [, major, minor, family] = name
  const version = major === undefined ? 99 : Number(major) + Number(minor ?? 0) / 10
  if (version < 3) return { ...foreign, thinking: version < 2.5 ? { by: 'none' } : budgetOf(family) }
  const levels = family === 'pro' ? (version < 3.1 ? ['low', 'high'] : ['low', 'medium', 'high']) : flashLevels
  return {
    thinking: { by: 'level', levels },
    needsSignatures: true,
    takesMediaInResults: true,
    takesToolsWithFormat: true,
  }
}

const flashLevels = ['minimal', 'low', 'medium', 'high']

function budgetOf(family: string | undefined): GeminiTraits['thinking'] {
  if (family === 'pro') return { by: 'budget', least: 128, most: 32_768, canDisable: false }
  return { by: 'budget', least: family === 'flash-lite' ? 512 : 1, most: 24_576, canDisable: true }
}

/** Gemma, LearnLM and tuned models. */
const foreign: GeminiTraits = {
  thinking: { by: 'none' },
  needsSignatures: false,
  takesMediaInResults: false,
  takesToolsWithFormat: false,
}
