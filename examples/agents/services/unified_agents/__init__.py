"""The API gateway: the only process that users see."""
