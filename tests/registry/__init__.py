"""The title register: holdings, transfers, and what must always be true of them."""
