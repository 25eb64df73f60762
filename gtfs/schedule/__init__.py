"""Static feeds: read losslessly, typed for the router, merged, written and viewed."""
