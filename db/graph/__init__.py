"""The read compiler: what is asked of the graph becomes one statement that answers with JSON text."""
