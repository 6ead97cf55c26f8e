import type { Continuation } from '../../../core/model/provider.ts'

/** What a generation of Claude takes. Anthropic refuses with 400 what it does not. */
export interface ClaudeTraits {
  /** `budget`: `type: enabled` only; `adaptive`: `type: adaptive` only. */
  readonly thinking: 'none' | 'budget' | 'both' | 'adaptive'
  readonly canDisableThinking: boolean
  /** The text of its thinking comes only on request (`display`). */
  readonly hidesThinking: boolean
  /** Values of `output_config.effort`, in order; none when it does not know the field. */
  readonly efforts: readonly string[]
  /** `one`: either `temperature` or `top_p`. */
  readonly sampling: 'both' | 'one' | 'none'
  /** The last message may be the beginning of the answer. */
  readonly takesPrefill: boolean
  /** `tool_choice` may be `any` or `tool`. */
  readonly takesForcedTool: boolean
  /** Messages of the role `system` may stand behind a user's turn. */
  readonly takesSystemTurns: boolean
  /** `output_config.format` and `strict` tools. */
  readonly takesSchemas: boolean
}

/**
 * Reads the traits off a model's name, whatever stands around it (`anthropic.claude-opus-4-8-v1:0`). A newer one than
 * is listed takes what the newest of its family takes; another vendor's model, what the API first had.
 * Sources: "What's new" and "Migrating" of each model at https://platform.claude.com/docs/en/about-claude/models,
 * "Adaptive thinking", "Effort", "Structured outputs", "Mid-conversation system messages" beside it.
 */
export function claudeTraits(model: string): ClaudeTraits {
  const name = /claude-(?:(\d)(?:[-.](\d))?-)?(opus|sonnet|haiku|fable|mythos)(?:-(\d)(?:[-.](\d)(?!\d))?)?/.exec(model)
  if (name === null) return /claude-(?:v?[12]\b|instant)/.test(model) ? first : foreign
  const [, majorBefore, minorBefore, family = '', major = majorBefore, minor = minorBefore] = name
  // `claude-mythos-preview` came with 4.7; so does a family name alone mean something new.
  const version = major === undefined ? 47 : Number(major) * 10 + Number(minor ?? 0)
  const isTop = family === 'fable' || family === 'mythos'
  const alwaysThinks = isTop || (version >= 55 && family !== 'haiku')
  return {
    thinking: version < 37 ? 'none' : version < 46 ? 'budget' : version < 47 ? 'both' : 'adaptive',
    canDisableThinking: !alwaysThinks,
    hidesThinking: version >= 47,
    efforts:
      version >= 47 ? newEfforts : version === 46 ? maxEfforts : family === 'opus' && version === 45 ? oldEfforts : [],
    sampling: version < 41 ? 'both' : version < 47 ? 'one' : 'none',
    takesPrefill: version < 46,
    takesForcedTool: isTop ? version < 51 : !alwaysThinks,
    takesSystemTurns: isTop ? version >= 50 : family === 'opus' ? version >= 48 : version >= 55,
    takesSchemas: version >= 45 || (family === 'opus' && version === 41),
  }
}

/** https://platform.claude.com/docs/en/build-with-claude/working-with-messages, "Prefill" */
export const claudeContinuation: Continuation = { models: (model) => claudeTraits(model).takesPrefill }

const oldEfforts = ['low', 'medium', 'high']
const maxEfforts = ['low', 'medium', 'high', 'max']
const newEfforts = ['low', 'medium', 'high', 'xhigh', 'max']

const first: ClaudeTraits = {
  thinking: 'none',
  canDisableThinking: true,
  hidesThinking: false,
  efforts: [],
  sampling: 'both',
  takesPrefill: true,
  takesForcedTool: true,
  takesSystemTurns: false,
  takesSchemas: false,
}

/** Kimi, DeepSeek and others serve this dialect too. They skip what they do not know. */
const foreign: ClaudeTraits = { ...first, thinking: 'budget', takesSchemas: true }
