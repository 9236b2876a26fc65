"""What a section of the settings is made of: frozen, strict, and paths that lie beside the config file."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo


def _beside_the_config(value: object, info: ValidationInfo) -> object:
    """A path as written, made relative to the config file's folder when one is known."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError("should be the path of a folder, in text")
    folder = (info.context or {}).get("folder")
    path = Path(value).expanduser()
    return path if folder is None else folder / path


def _folder_or_none(value: object, info: ValidationInfo) -> object:
    """As `_beside_the_config`; null for none."""
    return None if value is None else _beside_the_config(value, info)


Folder = Annotated[Path, BeforeValidator(_beside_the_config)]
FolderOrNone = Annotated[Path | None, BeforeValidator(_folder_or_none)]
Seconds = Annotated[float, Field(gt=0, le=120, allow_inf_nan=False)]


class Section(BaseModel):
    """What every part of the settings has in common: frozen, strict, no key that we do not know."""

    # Defaults are looked at anew with each file: a folder among them lies beside it.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_default=True,
        revalidate_instances="always",
        use_attribute_docstrings=True,
    )
