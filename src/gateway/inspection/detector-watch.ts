import type { CompiledDetector } from '../../core/inspection/guardrail.ts'

/** Who is told how detectors are doing. Never what they read. */
export interface DetectorWatch {
  /** It could not look at a text. `guardrails`: those that go by it. */
  failed(fault: unknown, detector: CompiledDetector, guardrails: readonly string[]): void
  /** One that asks somebody else has looked at a text. */
  worked(detector: CompiledDetector): void
}
