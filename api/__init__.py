"""The face of the product: the web application, sign-in, files, machine endpoints and the command line."""
