# Quoth in a container: `docker build -t quoth .`; docs/operating.md says how it is run.

# The web chat. Nothing of Node.js gets into the image.
FROM node:20-bookworm-slim AS web
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY web/package.json web/
COPY clients/typescript/package.json clients/typescript/
COPY scripts/web scripts/web
RUN scripts/web/modules.sh
COPY clients/typescript clients/typescript
COPY web web
RUN scripts/web/build.sh

# The package with the web chat and the migrations in it, and all that it needs, as tested: by version and by hash.
FROM python:3.11-slim-bookworm AS package
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv --without-pip /opt/quoth
COPY requirements/app.txt requirements/
RUN pip --python /opt/quoth/bin/python install --require-hashes --requirement requirements/app.txt
COPY pyproject.toml README.md LICENSE NOTICE package-lock.json ./
COPY scripts scripts
COPY migrations migrations
COPY src src
# With the files that it was built from, the build that follows sees that there is nothing left to build.
COPY clients/typescript clients/typescript
COPY web web
COPY --from=web /src/web/dist web/dist
RUN pip wheel --no-deps --wheel-dir dist . \
    && pip --python /opt/quoth/bin/python install --no-deps --no-index dist/*.whl

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 quoth \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin quoth \
    && install --directory --owner 10001 --group 10001 --mode 0700 /data /content
COPY --from=package /opt/quoth /opt/quoth
# A port of a container is reached by others than the local user, so requests carry tokens unless it is said otherwise.
ENV PATH=/opt/quoth/bin:$PATH HOME=/data QUOTH_DATA_DIR=/data QUOTH_AUTH=token
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# Of `quoth serve`; a worker serves nobody, so compose.yaml looks at its metrics instead.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/health/live'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["quoth"]
CMD ["serve", "--host", "0.0.0.0"]
