"""What LiteLLM's Router adds to a bare call. Runs under `.venv-litellm`, which knows nothing of this program.

    python litellm_router.py http://127.0.0.1:PORT/v1 TIMES

Bare and routed calls go through the same SDK to the same server, in turns. It prints the milliseconds of each as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from typing import Any

MESSAGES: list[Any] = [{"role": "user", "content": "When does the first train leave?"}]


async def measure(url: str, times: int) -> dict[str, Any]:
    """Milliseconds of every call."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it asks the network for its list of prices
    import litellm
    from litellm import Router
    from openai import AsyncOpenAI

    litellm.telemetry = False
    names = [f"model-{number}" for number in range(3)]
    router = Router(
        model_list=[
            {
                "model_name": "any",
                "litellm_params": {"model": f"openai/{name}", "api_base": url, "api_key": "none", "max_retries": 0},
            }
            for name in names
        ],
        num_retries=0,
    )
    bare, routed = [], []
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:
        for number in range(times + 20):
            began = time.perf_counter()
            await client.chat.completions.create(model=names[number % 3], messages=MESSAGES, max_tokens=64)
            between = time.perf_counter()
            await router.acompletion(model="any", messages=MESSAGES, max_tokens=64)
            ended = time.perf_counter()
            if number >= 20:  # before that, connections open and caches fill
                bare.append(1000 * (between - began))
                routed.append(1000 * (ended - between))
    from importlib.metadata import version

    return {"version": version("litellm"), "bare_ms": bare, "routed_ms": routed}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(asyncio.run(measure(sys.argv[1], int(sys.argv[2])))) + "\n")
