# The same entry point as `make run`, for those who have Docker: docker compose up
FROM python:3.12-slim AS build
COPY . /src
RUN pip install --no-cache-dir --prefix /install --constraint /src/constraints.txt /src

FROM python:3.12-slim
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 maas && install -d -o maas /home/maas/area
COPY --from=build /install /usr/local
USER maas
ENV MAAS_CACHE=/home/maas/area
EXPOSE 8000
HEALTHCHECK --interval=30s --start-period=120s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=3)"]
ENTRYPOINT ["maas"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
