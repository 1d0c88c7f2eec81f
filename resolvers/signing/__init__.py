"""How somebody gets in: sign-in in steps, one-time codes, first passwords, and the own account."""
