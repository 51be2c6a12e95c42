import type { NodeFile } from "./nodes.ts";

export interface PreviewWanted {
  /** Host name, path and header by which a customer reaches the candidate. */
  readonly host: string;
  readonly path: string;
  readonly header: string;
  /** HOST:PORT of each side. */
  readonly old: string;
  readonly candidate: string;
}

/** Configurations that let customers try the candidate while their traffic stays on old: by host, by path or by a header. */
export function previewFiles(wanted: PreviewWanted): readonly NodeFile[] {
  return [
    { name: "haproxy.cfg", text: haproxy(wanted) },
    { name: "nginx.conf", text: nginx(wanted) },
    { name: "envoy.yaml", text: envoy(wanted) },
  ];
}

function haproxy({ host, path, header, old, candidate }: PreviewWanted): string {
  return `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
frontend rpc
  bind 127.0.0.1:8080
  acl preview_host hdr(host),field(1,:) -i ${host}
  acl preview_header hdr(${header}) candidate
  acl preview_path path ${path}
  acl preview_path path_beg ${path}/
  use_backend candidate if preview_host or preview_header or preview_path
  default_backend old
backend old
  server old ${old} check
backend candidate
  http-request replace-path ${path}/?(.*) /\\1 if { path_beg ${path} }
  server candidate ${candidate} check
`;
}

function nginx({ host, path, header, old, candidate }: PreviewWanted): string {
  const variable = header.toLowerCase().replaceAll("-", "_");
  return `# In the http block.
upstream old { server ${old}; keepalive 64; }
upstream candidate { server ${candidate}; keepalive 64; }
map $http_${variable} $by_header { default old; candidate candidate; }
map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
server {
  listen 127.0.0.1:8080 default_server;
  proxy_http_version 1.1;
  proxy_set_header Host $host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  location = ${path} { proxy_pass http://candidate/; }
  location ${path}/ { proxy_pass http://candidate/; }
  location / { proxy_pass http://$by_header; }
}
server {
  listen 127.0.0.1:8080;
  server_name ${host};
  proxy_http_version 1.1;
  proxy_set_header Host $host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  location / { proxy_pass http://candidate; }
}
`;
}

function envoy({ host, path, header, old, candidate }: PreviewWanted): string {
  return `# Written by Envoy's documentation; not run here.
static_resources:
  listeners:
    - address: { socket_address: { address: 127.0.0.1, port_value: 8080 } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: rpc
                upgrade_configs: [{ upgrade_type: websocket }]
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
                route_config:
                  virtual_hosts:
                    - name: preview
                      domains: ["${host}", "${host}:*"]
                      routes: [{ match: { prefix: / }, route: { cluster: candidate } }]
                    - name: all
                      domains: ["*"]
                      routes:
                        - match: { prefix: /, headers: [{ name: ${header}, string_match: { exact: candidate } }] }
                          route: { cluster: candidate }
                        - { match: { path_separated_prefix: ${path} }, route: { cluster: candidate, prefix_rewrite: / } }
                        - { match: { prefix: / }, route: { cluster: old } }
  clusters:
${cluster("old", old)}${cluster("candidate", candidate)}`;
}

function cluster(name: string, address: string): string {
  const [where = "", port = ""] = address.split(":");
  return `    - name: ${name}
      type: STRICT_DNS
      connect_timeout: 5s
      load_assignment:
        cluster_name: ${name}
        endpoints:
          - lb_endpoints:
              - endpoint: { address: { socket_address: { address: ${where}, port_value: ${port} } } }
`;
}
