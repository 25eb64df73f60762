"""What a feed means once read: typed, columnar, with identifiers still attached."""
