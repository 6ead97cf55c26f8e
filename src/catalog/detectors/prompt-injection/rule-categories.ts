/** Rules and their categories. */
export const rules = {
  'instruction-override': 'injection',
  'role-takeover': 'jailbreak',
  'jailbreak-persona': 'jailbreak',
  'prompt-extraction': 'prompt-extraction',
  'delimiter-forgery': 'injection',
  'hidden-instruction': 'injection',
  'encoded-instruction': 'injection',
  'tool-abuse': 'injection',
  'answer-manipulation': 'injection',
  'direct-injection': 'injection',
  'indirect-injection': 'injection',
} as const
