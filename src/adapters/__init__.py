"""How each port is met: one folder a technology; folders do not import each other."""
