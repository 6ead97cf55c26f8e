import type { Detect } from './detection.ts'

/**
 * For detectors of injections: an application injects nothing into its own system prompt, which is full of orders to the model.
 * A document or a result of a tool that stands in one is somebody else's, and has a point of its own.
 */
export function besidesSystemPrompts(detect: Detect): Detect {
  return (text, context) => (context.isInstruction === true && context.point === 'input' ? [] : detect(text, context))
}
