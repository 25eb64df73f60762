"""What vehicles, devices and docks say of themselves: messages, their judgement, live state, history."""
