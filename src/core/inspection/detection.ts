/**
 * What detectors and policies say to each other. A detector reports findings and never decides; a policy turns findings
 * into a decision.
 */
import type { z } from 'zod'
import type { DetectorFile, DetectorFileFacts } from './detector-file.ts'
import type { DetectorIo, DetectorPlace } from './detector-io.ts'
import type { InspectedText } from './inspected-text.ts'
import type { KeyMark } from './own-keys.ts'
import type { ClassifierFolder } from './text-classifier.ts'

/** Where a text stands on its way. `artifact`: what is no part of a conversation, such as a file. */
export const inspectionPoints = ['input', 'output', 'tool-definition', 'tool-call', 'tool-result', 'artifact'] as const
export type InspectionPoint = (typeof inspectionPoints)[number]

/** UTF-16 units of the text as it was written, `end` behind the last. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface Finding {
  /** What exactly: `aws-access-key`, `iban`, `instruction-override`. */
  readonly rule: string
  /** What kinds of rules have in common, for policies: `credential`, `financial`, `injection`. */
  readonly category: string
  /** How sure, above 0 and up to 1. */
  readonly score: number
  readonly span: Span
  /** What it was held against. */
  readonly evidence?: Evidence
}

/** A place in one of the sources of a conversation. */
export interface Evidence extends Span {
  /** Which one, from 0 on. */
  readonly source: number
}

/** What a text is judged beside. */
export interface DetectionContext {
  readonly point: InspectionPoint
  /** It is the application's own system prompt: of an `input`, what nobody but its maker has written. */
  readonly isInstruction?: true
  /** The text is the rest of a longer one and begins in a fenced block of code, with this mark. */
  readonly fence?: string
  /** The text is the rest of a longer one: what the detector itself has left of what stood above (`leaves`). */
  readonly left?: string
  /** Of the conversation that the text belongs to. */
  readonly conversation?: ConversationContext
  readonly signal?: AbortSignal
  /** Keys of this gateway that no format tells, of the caller's workspace. */
  readonly ownKeys?: readonly KeyMark[]
}

export interface ConversationContext {
  /** Its system prompts. */
  readonly instructions: readonly string[]
  /** Documents and results of tools, which an answer is to rest on. */
  readonly sources: readonly string[]
  /** The last that the user said. */
  readonly question?: string
}

export type Detect = (
  text: InspectedText,
  context: DetectionContext,
) => readonly Finding[] | Promise<readonly Finding[]>

export interface DetectorExample {
  readonly text: string
  /** Absent: the first of the detector's points. */
  readonly point?: InspectionPoint
  /** The rule that finds it; absent: any. Not for texts to leave. */
  readonly rule?: string
  readonly conversation?: ConversationContext
}

export interface ListFile {
  /** The setting that it adds to. */
  readonly list: string
  /** `json-lines`: each line a value; `lines`: each line a text, but blank ones and those after `#`; `text`: one text. */
  readonly holds: 'json-lines' | 'lines' | 'text'
}

/** A kind of detector. One file of `catalog/detectors/`, which also is its documentation. */
export interface Detector<Settings = unknown> {
  readonly id: string
  readonly title: string
  /** What it finds and how, in a few sentences. */
  readonly about: string
  /** Where it makes sense. */
  readonly points: readonly InspectionPoint[]
  /** Ids of OWASP LLM Top 10 2025 (`LLM01`), MITRE ATLAS (`AML.T0051`), CWE (`CWE-798`). */
  readonly taxonomy: readonly string[]
  /** Rules and their categories. None: they are those of whoever answers. */
  readonly rules: Readonly<Record<string, string>>
  /** Where settings name rules: those, with their categories, in the place of `rules`. */
  rulesOf?(settings: Settings): Readonly<Record<string, readonly string[]>>
  /** What it finds is data of a kind, which one may want to know of calls: `GET /api/v1/access` tells. */
  readonly findsData?: true
  /** The longest finding, in UTF-16 units: so much of a stream may be held back. */
  readonly maxSpan: number
  /**
   * Where the first finding may begin that the end of the text leaves open; the length of the text where nothing is open.
   * Lets more of a stream go than `maxSpan` does. Must not be less careful than what `detect` finds.
   */
  openFrom?(text: string): number
  /**
   * What a piece of a text says of what stands behind it (the headings of a table), when the piece is gone: `left` of the next
   * piece's context. Pieces end with lines. `left`: what was left before it.
   */
  leaves?(piece: string, left: string | undefined): string | undefined
  /** The beginning of a finding does no harm: a stream that is to be cut there goes on until the finding is whole. */
  readonly isHarmlessInPart?: true
  /** What a guardrail may set (`settings`). */
  readonly settings: z.ZodType<Settings>
  /**
   * Settings that name a file or several, and the list to which what they hold is added. Files are read with the configuration;
   * `settings` never sees their names.
   */
  readonly listFiles?: Readonly<Record<string, ListFile>>
  /**
   * The setting that names a file of code. `settings` sees the file in its place, with what it says of itself; nobody but
   * whoever writes the configuration names one.
   */
  readonly codeFile?: string
  /** Texts that it must flag and near misses that it must leave, with the settings of `exampleSettings`. */
  readonly examples: { readonly flagged: readonly DetectorExample[]; readonly clean: readonly DetectorExample[] }
  /** Absent: none. */
  readonly exampleSettings?: Settings
  /**
   * Compiles what it needs once. The result is called for each text, on the request path. `io` is for a detector that asks
   * somebody else; where it is absent it may not.
   */
  create(settings: Settings, io?: DetectorIo): Detect
  /** The model of a folder that it asks, in a thread. */
  localModel?(settings: Settings): ClassifierFolder
  /** The file whose code it runs, in a process. */
  localFile?(settings: Settings): DetectorFile & DetectorFileFacts
  /** Whom it asks. Absent: it works on its own, or asks a model of a folder or the code of a file. */
  destination?(settings: Settings): Omit<DetectorPlace, 'name'> & { readonly url: string }
  /** Answers as whoever is asked does, for the examples. */
  readonly exampleIo?: DetectorIo
}

export function defineDetector<Settings>(detector: Detector<Settings>): Detector<Settings> {
  return detector
}
