"""Where everything is kept: tables, the scope of each principal, and the changes that orders make."""
