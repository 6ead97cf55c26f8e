/** Writes `docs/ACCESS.md` from the tables of roles and of the control plane's routes. */
import { type Permission, permissions, type Role, roles } from '../src/registry/roles.ts'
import { routePermissions } from '../src/server/control/route-permissions.ts'
import type { GeneratedFile } from './generated-file.ts'

export async function generate(): Promise<readonly GeneratedFile[]> {
  const names = Object.keys(roles) as readonly Role[]
  const has = (role: Role, permission: Permission): string =>
    (roles[role] as readonly Permission[]).includes(permission) ? 'yes' : ''
  const rights = (Object.entries(permissions) as [Permission, string][]).map(
    ([permission, meaning]) =>
      `| \`${permission}\` | ${meaning} | ${names.map((role) => has(role, permission)).join(' | ')} |`,
  )
  const routes = Object.entries(routePermissions).map(
    ([route, { permission, reach }]) =>
      `| \`${route}\` | ${permission === 'none' ? 'any key' : `\`${permission}\``} | ${reaches[reach]} |`,
  )
  return [
    {
      path: 'docs/ACCESS.md',
      content: `${introduction}
| permission | what it is for | ${names.join(' | ')} |
|---|---|${names.map(() => '---|').join('')}
${rights.join('\n')}

## Routes of the control plane

| route | permission | a key of one workspace |
|---|---|---|
${routes.join('\n')}
`,
    },
  ]
}

const reaches = {
  own: 'sees what is of its workspace',
  shared: 'sees all of it; it is of no workspace',
  gateway: 'is refused',
} as const

const introduction = `<!-- Written by scripts/generate-access.ts from src/registry/roles.ts and src/server/control/route-permissions.ts. Do not edit. -->

# Roles and permissions

What management keys may do on the control plane; [guides/access.md](guides/access.md) says how to make them. The admin token may do everything.

## Roles
`
