export type DatabaseClass = 'read' | 'write' | 'destructive' | 'privilege' | 'exfiltration' | 'injection'

export interface Judged {
  readonly class: DatabaseClass
  readonly score: number
}
