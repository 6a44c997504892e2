"""Webhooks: signed messages to a party's own server about its transfers (docs/webhooks.md)."""
