"""The market modes: how a deal is made under each, and which licence allows it."""
