/** How a client is run in a container: its image for a version, and the flags that make it answer RPC. */
interface ContainerRow {
  readonly client: string;
  readonly image: (version: string) => string;
  readonly flags: readonly string[];
  readonly dataFlag: string;
  readonly rpcPort: number;
  readonly source: string;
}

/** Data: one row a client. Flags that both versions must share stand here once. */
const CONTAINERS: readonly ContainerRow[] = [
  {
    client: "geth",
    image: (version) => `ethereum/client-go:v${version}`,
    flags: [
      "--http",
      "--http.addr=0.0.0.0",
      "--http.vhosts=*",
      "--http.api=eth,net,web3,debug,txpool",
      "--ws",
      "--ws.addr=0.0.0.0",
    ],
    dataFlag: "--datadir=/data",
    rpcPort: 8545,
    source: "https://geth.ethereum.org/docs/getting-started/installing-geth",
  },
  {
    client: "erigon",
    image: (version) => `erigontech/erigon:v${version}`,
    flags: [
      "--http.addr=0.0.0.0",
      "--http.vhosts=*",
      "--http.api=eth,net,web3,debug,trace,erigon,ots",
      "--ws",
    ],
    dataFlag: "--datadir=/data",
    rpcPort: 8545,
    source: "https://docs.erigon.tech",
  },
  {
    client: "nethermind",
    image: (version) => `nethermind/nethermind:${version}`,
    flags: [
      "--JsonRpc.Enabled=true",
      "--JsonRpc.Host=0.0.0.0",
      "--JsonRpc.EnabledModules=Eth,Net,Web3,Debug,Trace",
    ],
    dataFlag: "--data-dir=/data",
    rpcPort: 8545,
    source: "https://docs.nethermind.io",
  },
  {
    client: "besu",
    image: (version) => `hyperledger/besu:${version}`,
    flags: [
      "--rpc-http-enabled",
      "--rpc-http-host=0.0.0.0",
      "--host-allowlist=*",
      "--rpc-http-api=ETH,NET,WEB3,DEBUG,TRACE,TXPOOL",
    ],
    dataFlag: "--data-path=/data",
    rpcPort: 8545,
    source: "https://besu.hyperledger.org",
  },
  {
    client: "reth",
    image: (version) => `ghcr.io/paradigmxyz/reth:v${version}`,
    flags: [
      "node",
      "--http",
      "--http.addr=0.0.0.0",
      "--http.api=eth,net,web3,debug,trace,txpool",
      "--ws",
      "--ws.addr=0.0.0.0",
    ],
    dataFlag: "--datadir=/data",
    rpcPort: 8545,
    source: "https://reth.rs",
  },
];

export const CONTAINER_CLIENTS: readonly string[] = CONTAINERS.map(({ client }) => client);

export interface NodesWanted {
  readonly client: string;
  readonly from: string;
  readonly to: string;
  /** Of a team's own, with `{version}` in it; null for the client's. */
  readonly image: string | null;
  /** Added to both versions alike. */
  readonly flags: readonly string[];
}

export interface NodeFile {
  readonly name: string;
  readonly text: string;
}

/** Files that start old and candidate with one set of flags, so that they can't differ by an oversight. Null for a client without a row. */
export function nodeFiles(wanted: NodesWanted): readonly NodeFile[] | null {
  const row = CONTAINERS.find(({ client }) => client === wanted.client);
  if (row === undefined && wanted.image === null) return null;
  const image = (version: string): string =>
    wanted.image === null
      ? (row?.image(version) ?? "")
      : wanted.image.replaceAll("{version}", version);
  const flags = [
    ...(row?.flags ?? []),
    ...(row === undefined ? [] : [row.dataFlag]),
    ...wanted.flags,
  ];
  const port = row?.rpcPort ?? 8545;
  const sides = [
    { name: "old", image: image(wanted.from), host: 18545 },
    { name: "candidate", image: image(wanted.to), host: 28545 },
  ];
  return [
    { name: "compose.yaml", text: compose(sides, flags, port) },
    { name: "kubernetes.yaml", text: kubernetes(sides, flags, port) },
    { name: "run.sh", text: script(wanted, flags, sides) },
  ];
}

type Side = { readonly name: string; readonly image: string; readonly host: number };

function compose(sides: readonly Side[], flags: readonly string[], port: number): string {
  return `# Old and candidate with one set of flags. Start: docker compose -f compose.yaml up -d --wait
x-node: &node
  command: ${JSON.stringify(flags)}
  restart: unless-stopped
  stop_grace_period: 5m
services:
${sides
  .map(
    ({ name, image, host }) => `  ${name}:
    <<: *node
    image: ${JSON.stringify(image)}
    ports: ["127.0.0.1:${host}:${port}"]
    volumes: ["${name}-data:/data"]
`,
  )
  .join("")}volumes:
${sides.map(({ name }) => `  ${name}-data: {}\n`).join("")}`;
}

function kubernetes(sides: readonly Side[], flags: readonly string[], port: number): string {
  return sides
    .map(
      ({ name, image }) => `apiVersion: v1
kind: Service
metadata: { name: node-${name} }
spec:
  selector: { app: node, version: ${name} }
  ports: [{ name: rpc, port: ${port} }]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: node-${name} }
spec:
  serviceName: node-${name}
  replicas: 1
  selector: { matchLabels: { app: node, version: ${name} } }
  template:
    metadata: { labels: { app: node, version: ${name} } }
    spec:
      terminationGracePeriodSeconds: 300
      containers:
        - name: node
          image: ${JSON.stringify(image)}
          args: ${JSON.stringify(flags)}
          ports: [{ name: rpc, containerPort: ${port} }]
          readinessProbe: { tcpSocket: { port: rpc }, periodSeconds: 5 }
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 2Ti } } }
`,
    )
    .join("---\n");
}

function script({ client }: NodesWanted, flags: readonly string[], sides: readonly Side[]): string {
  const quoted = flags
    .filter((flag) => !flag.includes("/data"))
    .map((flag) => `'${flag.replaceAll("'", String.raw`'\''`)}'`);
  return `#!/bin/sh
# Both versions from binaries, with one set of flags: run.sh BINARY old|candidate DATA-FOLDER
set -eu
binary=$1 side=$2 data=$3
case $side in
${sides.map(({ name, host }) => `  ${name}) port=${host} ;;\n`).join("")}  *) echo "old or candidate?" >&2; exit 2 ;;
esac
# ${client}: the flag of the data folder and of the port are the client's own; see its help.
exec "$binary" ${quoted.join(" ")} --datadir="$data" --http.port="$port"
`;
}
