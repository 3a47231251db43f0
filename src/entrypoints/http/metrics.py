"""What Prometheus scrapes."""

from __future__ import annotations

from litestar.plugins.prometheus import PrometheusController


class Metrics(PrometheusController):
    """`GET /metrics`, beside the API and without its authentication: keep it from the outside by the proxy."""

    include_in_schema = False
