"""The version of the code is that of its text: what a machine compiles out of it changes nothing."""

from pathlib import Path

import cosmopolis
from cosmopolis.workflow.version import code_version


def test_a_compiled_kernel_beside_the_code_does_not_change_its_version():
    folder = Path(cosmopolis.__file__).parent / "neighbourhoods" / "__pycache__"
    folder.mkdir(exist_ok=True)
    code_version.cache_clear()
    before = code_version()
    extra = folder / "made_by_a_test.nbi"
    extra.write_bytes(b"compiled")
    try:
        code_version.cache_clear()
        assert code_version() == before
    finally:
        extra.unlink()
        code_version.cache_clear()
