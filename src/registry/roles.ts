/** What management keys may do. Checks, tests and docs/ACCESS.md are made from these tables. */

export const permissions = {
  'catalogue:read': 'Providers, models, routes and how their targets are doing, embeddings.',
  'calls:read': 'The record of calls, without what stands in them, and sums of them.',
  'approvals:write': 'Approving and rejecting calls that a guardrail asks about.',
  'filters:write': 'Saving and removing filters of calls.',
  'content:read': 'Prompts and replies, and looking for words in them.',
  'budgets:read': 'What is used of budgets.',
  'alerts:read': 'Alerts, and who has taken them.',
  'alerts:test': 'Sending a test to a receiver of alerts.',
  'keys:read': 'Virtual keys, without their values.',
  'keys:write': 'Making, changing, rotating and revoking virtual keys; their key pairs.',
  'cache:write': 'Taking answers out of the cache.',
  'credentials:read': 'Names of kept credentials of providers.',
  'credentials:write': 'Keeping, replacing and removing credentials of providers. Never reading them.',
  'privacy:read': 'Legal holds.',
  'privacy:write': 'Placing and releasing legal holds, erasing a person.',
  'config:read': 'The configuration file in use, without credentials.',
  'audit:read': 'The audit log.',
  'metrics:read': 'Metrics of the whole gateway.',
  'access:read': 'Management keys, without their values.',
  'access:write': 'Making and revoking management keys that may do no more than oneself.',
  'owners:write': 'Making and revoking owners.',
} as const
export type Permission = keyof typeof permissions

export const allPermissions = Object.keys(permissions) as readonly Permission[]

const reads: readonly Permission[] = ['catalogue:read', 'calls:read', 'budgets:read', 'alerts:read']

/** An entry for each role; what it may do, in its workspace or, without one, everywhere. */
export const roles = {
  owner: allPermissions,
  admin: allPermissions.filter((permission) => permission !== 'owners:write'),
  developer: [...reads, 'filters:write', 'content:read', 'keys:read', 'cache:write', 'credentials:read'],
  auditor: [
    ...reads,
    'content:read',
    'keys:read',
    'credentials:read',
    'privacy:read',
    'config:read',
    'audit:read',
    'metrics:read',
    'access:read',
  ],
  viewer: reads,
} as const satisfies Readonly<Record<string, readonly Permission[]>>
export type Role = keyof typeof roles
export const roleNames = Object.keys(roles) as [Role, ...Role[]]
