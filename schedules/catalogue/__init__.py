"""The commands on sources: list, enable, new, check, snapshot."""
