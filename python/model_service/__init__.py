"""Base classes of customize_service.py, and the host that runs it. See README.md."""
