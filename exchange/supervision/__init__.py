"""Supervision: detectors that read what has happened and say what a person should look at.

Pure, and outside the engine's state: nothing here decides a trade, and the journal does not know
it. CONFIDENTIAL: what it finds is for compliance, the operator and the regulator alone.
"""
