import { maxValueParts } from './bounds.ts'

/** Lists of lists multiply: what one attribute may be made of is counted as a whole. */
export interface PartBudget {
  takes(): boolean
  isSpent(): boolean
}

export function partBudget(): PartBudget {
  let left = maxValueParts
  return {
    takes: () => left-- > 0,
    isSpent: () => left < 0,
  }
}
