"""A small S3 over HTTP, which can be told to fail; signatures are not looked at."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import md5
from xml.sax.saxutils import escape

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clientgraph.files.bucket import Bucket

URL = "s3://pail/kept"


@dataclass
class Pail:
    """A bucket in memory: its objects, and the parts of uploads that are under way."""

    endpoint: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)
    failing: frozenset[str] = frozenset()
    largest_part: int = 0

    def config(self) -> dict[str, str]:
        """How it is reached."""
        key = {"access_key_id": "id", "secret_access_key": "secret"}
        return {"endpoint": self.endpoint, "region": "eu-west-3", **key}

    def bucket(self) -> Bucket:
        """The storage of the service in it."""
        return Bucket(URL, self.config())

    async def answer(self, request: Request) -> Response:
        """One request, or 403 where such ones fail."""
        key, asked = request.path_params.get("key", ""), request.query_params
        if request.method in self.failing:
            return _xml("<Error><Code>AccessDenied</Code></Error>", 403)
        if request.method == "GET":
            return self._got(key, asked.get("prefix", ""))
        if request.method == "PUT":
            return await self._put(request, key)
        if request.method == "DELETE":
            self.uploads.pop(asked["uploadId"], None) if "uploadId" in asked else self._gone(key)
            return Response(status_code=204)
        return await self._posted(request, key)

    def _got(self, key: str, prefix: str) -> Response:
        if key:
            found = self.objects.get(key)
            headers = {"ETag": '"x"', "Last-Modified": "Sun, 22 Nov 2026 20:00:00 GMT"}
            return Response(found, headers=headers) if found is not None else _xml("<Error/>", 404)
        listed = "".join(
            f"<Contents><Key>{escape(name)}</Key><Size>{len(content)}</Size><ETag>x</ETag>"
            f"<LastModified>{self.times[name].strftime('%Y-%m-%dT%H:%M:%S.000Z')}</LastModified>"
            "</Contents>"
            for name, content in sorted(self.objects.items())
            if name.startswith(prefix)
        )
        return _xml(
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"
        )

    async def _put(self, request: Request, key: str) -> Response:
        content, asked = await request.body(), request.query_params
        if "uploadId" in asked:
            self.uploads[asked["uploadId"]][int(asked["partNumber"])] = content
            self.largest_part = max(self.largest_part, len(content))
        else:
            self._kept(key, content)
        tag = md5(content, usedforsecurity=False).hexdigest()
        return Response(headers={"ETag": f'"{tag}"'})

    async def _posted(self, request: Request, key: str) -> Response:
        asked, body = request.query_params, await request.body()
        if "delete" in asked:
            for name in re.findall(r"<Key>(.*?)</Key>", body.decode()):
                self._gone(name)
            return _xml("<DeleteResult/>")
        if "uploads" in asked:
            name = f"upload-{len(self.uploads)}-{len(self.objects)}"
            self.uploads[name] = {}
            made = f"<Bucket>pail</Bucket><Key>{key}</Key><UploadId>{name}</UploadId>"
            return _xml(f"<InitiateMultipartUploadResult>{made}</InitiateMultipartUploadResult>")
        parts = self.uploads.pop(asked["uploadId"])
        self._kept(key, b"".join(parts[number] for number in sorted(parts)))
        made = f"<Bucket>pail</Bucket><Key>{key}</Key><ETag>x</ETag>"
        return _xml(f"<CompleteMultipartUploadResult>{made}</CompleteMultipartUploadResult>")

    def _kept(self, key: str, content: bytes) -> None:
        self.objects[key], self.times[key] = content, datetime.now(UTC)

    def _gone(self, key: str) -> None:
        self.objects.pop(key, None)


def _xml(text: str, status: int = 200) -> Response:
    return Response(text, status, media_type="application/xml")


@asynccontextmanager
async def served() -> AsyncIterator[Pail]:
    """A bucket that is served on a port of this host."""
    pail = Pail()
    place = socket.create_server(("127.0.0.1", 0))
    pail.endpoint = f"http://127.0.0.1:{place.getsockname()[1]}"
    methods = ["GET", "PUT", "POST", "DELETE"]
    routes = [
        Route("/pail", pail.answer, methods=methods),
        Route("/pail/{key:path}", pail.answer, methods=methods),
    ]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None))
    task = asyncio.create_task(server.serve(sockets=[place]))
    try:
        yield pail
    finally:
        server.should_exit = True
        await task
