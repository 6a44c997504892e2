"""What becomes of alerts once they are found. CONFIDENTIAL."""
