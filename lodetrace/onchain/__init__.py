"""The contracts of a deployment, over a node: calls, typed views, events, acts of the council."""
