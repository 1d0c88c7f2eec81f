"""What people print and fill in: workbooks and forms, each declared once."""
