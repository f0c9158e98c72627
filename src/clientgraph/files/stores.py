"""Which storage the settings name."""

from __future__ import annotations

from pathlib import Path

from clientgraph.config import Settings
from clientgraph.files.bucket import Bucket
from clientgraph.files.folder import Folder
from clientgraph.files.storing import Storage


def storage_of(settings: Settings) -> Storage:
    """The folder, or the bucket where one is named; raises `SettingsError`."""
    if not settings.file_store:
        return Folder(Path(settings.file_folder))
    config = {
        "endpoint": settings.file_store_endpoint,
        "region": settings.file_store_region,
        "access_key_id": settings.file_store_key_id,
        "secret_access_key": settings.file_store_secret,
    }
    return Bucket(settings.file_store, config)
