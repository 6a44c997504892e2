"""Rules as data: packs say which rules hold from when and with which numbers, one small function
judges each, and every verdict can be explained.

Pure. It knows no order and no state: what a check may see is in facts.py. Who asks, and what a
verdict does to an order, is in exchange/judging.py. Source: domain D0, D1, docs/decisions/0022.
"""
