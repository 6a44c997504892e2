"""Pictures of every page, as people of a demo see it: `make screens` makes them anew.

Module      What it has
pages       the list of the pages: who looks at each, and how he gets there
stage       a demo market of its own, with something of each of its people's to look at
camera      a real browser, and when a page is ready to be photographed
index       docs/screens/README.md, made from the list
"""
