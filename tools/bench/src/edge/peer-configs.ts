/** Where something listens, what is behind it, and where it may write. */
export interface Place {
  readonly port: number;
  readonly upstreamPort: number;
  readonly folder: string;
  readonly name: string;
  /** How many clients may be connected at once. */
  readonly clients: number;
}

const asRoot = process.getuid?.() === 0 ? 'user root;' : '';

/** NGINX in one process: what differs from its defaults is for speed, or keeps it in its folder. */
const nginx = (folder: string, name: string, clients: number, http: string): string => `
${asRoot}
daemon off; worker_processes 1; pid ${folder}/${name}.pid; error_log stderr error;
worker_rlimit_nofile ${clients + 2000};
events { worker_connections ${clients + 1000}; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_timeout 75s; keepalive_requests 1000000000;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${name}-${kind};`).join(' ')}
  ${http}
}
`;

/** Proxies with idle connections kept; a download goes through memory and never through temporary files. */
export const nginxProxy = ({ port, upstreamPort, folder, name, clients }: Place): string =>
  nginx(
    folder,
    name,
    clients,
    `upstream main { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://main; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_max_temp_file_size 0; }
  }`,
  );

export const nginxUpstream = (port: number, folder: string, answer: string): string =>
  nginx(
    folder,
    'upstream',
    12_000,
    `server {
    listen 127.0.0.1:${port} backlog=4096;
    default_type application/json;
    location = /big { alias ${folder}/big; default_type application/octet-stream; }
    location / { return 200 '${answer}'; }
  }`,
  );

export const haproxy = ({ port, upstreamPort, clients }: Place, mode: 'http' | 'tcp'): string => `
global
  nbthread 1
  maxconn ${clients}
defaults
  mode ${mode}
  timeout connect 5s
  timeout client 60s
  timeout server 60s
${mode === 'http' ? '  option http-keep-alive\n  http-reuse always\n' : ''}
frontend public
  bind 127.0.0.1:${port}
  default_backend main
backend main
  server one 127.0.0.1:${upstreamPort}
`;

/** What a user writes. */
export const edgeLb = (
  { port, upstreamPort }: Place,
  { engine, protocol = 'http', workers = 1 }: { engine?: string; protocol?: 'http' | 'tcp'; workers?: number },
): string => `
listeners:
  public: { address: '127.0.0.1:${port}', ${protocol === 'tcp' ? 'protocol: tcp, pool: main' : 'routes: [{ path: /, pool: main }]'} }
pools:
  main: { endpoints: { static: [{ address: '127.0.0.1:${upstreamPort}' }] } }
${engine === undefined ? '' : `engine: ${engine}`}
${workers === 1 ? '' : `workers: ${workers}`}
`;
