"""A home's reorganisation plan: where its children will live, what that costs, who needs places."""
