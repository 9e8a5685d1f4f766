"""What `pyproject.toml` cannot say: a wheel carries the top-level folder `schema/` as `jcli/schema`.

An editable install needs no copy; `jcli/checks/schemas.py` finds the folder in the checkout.
"""

from pathlib import Path
from shutil import copyfile

from setuptools import setup
from setuptools.command.build_py import build_py

SCHEMAS = Path("schema")


class BuildWithSchemas(build_py):
    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "jcli" / "schema"
            target.mkdir(parents=True, exist_ok=True)
            for file in sorted(SCHEMAS.glob("*.json")):
                copyfile(file, target / file.name)


setup(cmdclass={"build_py": BuildWithSchemas})
