"""What clients see of the graph: types, inputs, scalars and problems, as declarations without logic."""
