"""Commands."""


def main() -> None: ...
