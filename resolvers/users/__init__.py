"""Who works for an organization or the fund office: their accounts, roles, grants and ways in."""
