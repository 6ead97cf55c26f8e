import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { start } from '../processes.ts'
import type { Program } from '../program.ts'

/** The limit: a proxy in C that forwards and does nothing else. */
export const nginx: Program = {
  id: 'nginx',
  title: 'nginx, proxy_pass with keep-alive',
  async start({ mockPort, port, cores, folder }) {
    const program = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path))
    if (program === undefined) return { missing: 'nginx is not installed' }
    await mkdir(folder, { recursive: true })
    const file = join(folder, 'nginx.conf')
    await writeFile(
      file,
      `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log /dev/null; events { worker_connections 4096; }
http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
client_body_buffer_size 256k; keepalive_requests 100000000;
upstream mock { server 127.0.0.1:${mockPort}; keepalive 512; keepalive_requests 100000000; }
server { listen 127.0.0.1:${port} backlog=4096; location / { proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } } }`,
    )
    return { started: start([program, '-c', file], { cores }), port, headers: {} }
  },
}
