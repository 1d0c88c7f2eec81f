"""Who may do what: roles, actions and the decisions made from them."""
