from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.servers.serving import Service


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    async with service.running():
        yield service


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    assert service.where is not None
    headers = {"Authorization": f"Bearer {service.where.token}"}
    async with httpx.AsyncClient(base_url=service.where.url, headers=headers, trust_env=False) as client:
        yield client
