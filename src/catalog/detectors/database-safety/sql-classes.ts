export type DatabaseClass = 'read' | 'write' | 'destructive' | 'privilege' | 'exfiltration' | 'injection'

export interface Judged {
  readonly class: DatabaseClass
  readonly score: number
}

export const one = (name: DatabaseClass, score: number): readonly Judged[] => [{ class: name, score }]
export const nothing: readonly Judged[] = []
