"""Notifications: what a party is told of its own affairs on its pages, and by e-mail if it wishes
(docs/decisions/0044-notifications.md)."""
