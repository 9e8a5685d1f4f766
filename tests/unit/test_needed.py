"""What tests need from outside is never left out in CI."""

from __future__ import annotations

import pytest

from tests import needed


@pytest.mark.parametrize(("in_ci", "outcome"), [(True, pytest.fail.Exception), (False, pytest.skip.Exception)])
def test_what_is_missing_fails_in_ci_and_is_left_out_elsewhere(
    monkeypatch: pytest.MonkeyPatch, in_ci: bool, outcome: type[BaseException]
) -> None:
    monkeypatch.setattr(needed, "IN_CI", in_ci)
    with pytest.raises(outcome, match="install npm"):
        needed.missing("install npm")
