"""Journeys tested like programs: test documents, played on the engine itself.

`script` is a test as data, `living` lives its steps in a world of `jcli/rehearsal`, `expecting` compares what is seen
with what a case says, `playing` does both, `verdicts` is what came of it.

It must not read a clock or a disk, print, or know a store. Where to look next: `jcli/commands/test.py` runs the cases
of a workspace, `jcli/render/trials` shows what came of them.
"""
