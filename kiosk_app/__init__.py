"""The kiosk of a passport-service booth in a shopping mall: offline first, nothing lost, nothing readable on a stolen disk."""

__version__ = "0.1.0"
