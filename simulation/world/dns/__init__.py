"""DNS: messages on the wire, a CoreDNS that answers them, a resolver that asks."""
