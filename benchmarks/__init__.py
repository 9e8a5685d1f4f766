"""What the project costs, each time next to a floor or a peer that did the same work in the same run.

One command each: `python -m benchmarks.startup`, `.validate`, `.sync`, `.api_read`. `README.md` says what each
measures and keeps the last results. Nothing here is a test: no time is asserted anywhere.
"""
