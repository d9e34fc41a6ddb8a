"""Data graphs and shapes in which violations are planted, so that it is known beforehand what a validator has to find.

``world`` holds what is planted, and the ways in which focus nodes, targets and paths are written; ``values`` has the components
that look at each value node alone, ``sets`` those that look at all value nodes of a focus node together, ``queries`` those that
lead to other shapes or to SPARQL; ``combined`` makes shapes by chance, for which nobody knows the answer.
"""
