# syntax=docker/dockerfile:1

# The tag is the channel of rust-toolchain.toml; change both together.
FROM rust:1.95.0-bookworm AS build
# The image's own toolchain is the pinned one. Named here, rustup fetches none of the development components.
ENV RUSTUP_TOOLCHAIN=1.95.0
RUN rustup target add wasm32-unknown-unknown
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo xtask build && install -D target/release/perennial /out/perennial

FROM debian:bookworm-slim
# Certificate authorities, for TLS to the mail server, the database and whoever is called back.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
# The master key lies apart from the data, so that a copy of the data opens nothing.
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/perennial perennial \
    && install -d -o perennial -g perennial -m 0700 /var/lib/perennial /var/lib/perennial/data /var/lib/perennial-keys
COPY --from=build /out/perennial /usr/local/bin/perennial
USER perennial
WORKDIR /var/lib/perennial
# A container listens on all of its addresses; PERENNIAL_BASE_URL has to be given by whoever runs it.
ENV PERENNIAL_LISTEN=0.0.0.0:8080 \
    PERENNIAL_LOG_FORMAT=json \
    PERENNIAL_MASTER_KEY_FILE=/var/lib/perennial-keys/master.key
EXPOSE 8080
VOLUME ["/var/lib/perennial/data", "/var/lib/perennial-keys"]
# The image has no HTTP client; bash can open the connection itself.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["perennial"]
CMD ["serve"]
