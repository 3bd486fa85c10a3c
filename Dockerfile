# The image of xmpp-edge-dns: Node, our JavaScript, the production packages, nothing else.
#
#   docker build --tag xmpp-edge-dns .
#   docker run --read-only --volume "$PWD/config:/config:ro" --publish 53:53/udp --publish 53:53/tcp xmpp-edge-dns
#
# Commands other than `serve` follow the image's name: docker run … xmpp-edge-dns check

ARG NODE_IMAGE=node:26-bookworm-slim

# ── build: TypeScript to dist/ ───────────────────────────────────────────────────────────────────────────────
FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No install scripts: that of the package "node" would fetch 150 MB of a Node that the image has already.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run --silent build

# ── packages: what runs, without what builds ─────────────────────────────────────────────────────────────────
FROM ${NODE_IMAGE} AS packages
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# ── the image ────────────────────────────────────────────────────────────────────────────────────────────────
FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="xmpp-edge-dns" \
      org.opencontainers.image.description="Authoritative DNS server for XMPP federation" \
      org.opencontainers.image.licenses="MIT"

# Package managers have no business in a server.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
           /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
    && mkdir /config

COPY --from=packages /build/node_modules /app/node_modules
COPY --from=build /build/dist /app/dist
COPY package.json LICENSE /app/

# Production mode for the packages that look. No heap limit: Node takes its own from the container's memory
# limit, and the zones lie outside the heap; NODE_OPTIONS is yours.
ENV NODE_ENV=production

# Default paths are relative: config/deployment.yaml is /config/deployment.yaml. Mount the directory, not the
# file: a file mounted by itself is pinned to its inode and never changes when an editor replaces it.
WORKDIR /

# Any user will do; engines let everybody bind port 53 inside a container (net.ipv4.ip_unprivileged_port_start).
USER 65532:65532
EXPOSE 53/udp 53/tcp
STOPSIGNAL SIGTERM

# The same settings as the server: give them in config/settings.yaml or as XMPP_EDGE_DNS_* variables rather
# than as flags, so that the check asks where the server listens.
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s --retries=3 \
  CMD ["node", "/app/dist/main.js", "healthcheck"]
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve"]
