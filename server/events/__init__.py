"""Events from back ends: a batch, each event taken or rejected by itself."""
