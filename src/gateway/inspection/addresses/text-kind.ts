import type { InspectionPoint } from '../../../core/inspection/detection.ts'
import { isJsonText, type Place } from '../wire-texts.ts'
import { namesAddress, type TextKind } from './address-reader.ts'

/** How a text of an answer is read. */
export function textKind(place: Place, point: InspectionPoint): TextKind {
  if (isJsonText(place)) return 'json'
  if (typeof place?.step === 'string' && namesAddress(place.step)) return 'address'
  return point === 'tool-call' ? 'value' : 'text'
}
