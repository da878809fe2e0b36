"""Find notebooks by name, and copy them."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..errors import InvalidChoice, ReportError
from ..files import PRIVATE, reason, replace_file

# A wheel contains the notebooks; in a clone they are beside the package.
_PACKAGED = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).resolve().parents[2] / "notebooks"


def find_notebook(name: str | Path, *, folder: Path = NOTEBOOKS) -> Path:
    """Return the path of a notebook.

    Parameters
    ----------
    name : str or Path
        The path of a notebook, or the name of one in `folder`, such as "weekly_report" or "weekly-report".
    folder : Path
        Where to look for names.

    Raises
    ------
    InvalidChoice
        If neither exists.

    Examples
    --------
    >>> find_notebook("weekly-report").name
    'weekly_report.ipynb'
    """
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    notebooks = {notebook.stem: notebook for notebook in sorted(folder.glob("*.ipynb"))}
    stem = path.name.removesuffix(".ipynb").replace("-", "_")
    if str(path.parent) != "." or stem not in notebooks:
        raise InvalidChoice("notebook", name, notebooks)
    return notebooks[stem]


def is_own(name: str | Path) -> bool:
    """Return whether this is a notebook of this package, by name or by path. Raises InvalidChoice if there is none."""
    return find_notebook(name).parent == NOTEBOOKS


def copy_notebooks(folder: Path) -> tuple[list[Path], list[Path]]:
    """Copy the notebooks to a folder that git ignores, and keep files that exist there.

    Returns
    -------
    copied : list of Path
        New files.
    kept : list of Path
        Files that existed, which may hold the user's changes.

    Raises
    ------
    ReportError
        If the folder cannot be used, or is the one of the originals.
    """
    if folder.resolve() == NOTEBOOKS.resolve():
        raise ReportError(f"{folder} holds the original notebooks: choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sources = sorted(NOTEBOOKS.glob("*.ipynb"))
        kept = [folder / source.name for source in sources if (folder / source.name).exists()]
        copied = [folder / source.name for source in sources if not (folder / source.name).exists()]
        for path in copied:
            with replace_file(path, mode=PRIVATE) as draft:
                shutil.copyfile(NOTEBOOKS / path.name, draft)
        _ignore_in_git(folder, copied)
    except OSError as error:
        raise ReportError(f"cannot write to {folder} ({reason(error)}): choose another folder") from None
    return copied, kept


def _ignore_in_git(folder: Path, copied: list[Path]) -> None:
    """Keep the copies out of git: saved outputs hold customers' data. A `.gitignore` of the user is kept."""
    ignored = folder / ".gitignore"
    if copied and not ignored.exists():
        names = [".ipynb_checkpoints/", *(path.name for path in copied)]
        ignored.write_text("\n".join([*names, ".gitignore"]) + "\n", "utf-8")
