# One image for every part: web (the default command), `celery -A typingtrainer worker`, `manage.py relay`.
FROM python:3.12-slim

ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy VAR_DIR=/var/lib/typingtrainer
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN pip install --no-cache-dir "uv>=0.9,<1" && uv sync --frozen --no-dev --no-cache

COPY . .
RUN DEMO=1 SECRET_KEY=only-for-this-step-only-for-this-step DATABASE_URL=postgresql:///none REDIS_URL=redis:// CELERY_BROKER_URL=redis:// \
    sh -c "python manage.py compile_messages && python manage.py collectstatic --no-input"

RUN useradd --system --no-create-home typing && mkdir -p "$VAR_DIR/media" "$VAR_DIR/exports" "$VAR_DIR/erasures" && chown -R typing "$VAR_DIR"
USER typing
EXPOSE 8000
CMD ["gunicorn", "typingtrainer.wsgi", "--bind=0.0.0.0:8000"]
