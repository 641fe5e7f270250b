"""The routing core: many providers behind one, with fallback, limits and prices."""
