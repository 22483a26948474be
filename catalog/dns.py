"""DNS response codes: as dig spells them, and as the agent writes them into a flow."""

from __future__ import annotations

from types import MappingProxyType

RESPONSE_CODES = MappingProxyType(
    {
        "NOERROR": "NoError",
        "FORMERR": "FormErr",
        "SERVFAIL": "ServFail",
        "NXDOMAIN": "NXDomain",
        "NOTIMP": "NotImp",
        "REFUSED": "Refused",
        "YXDOMAIN": "YXDomain",
        "YXRRSET": "YXRRSet",
        "NXRRSET": "NXRRSet",
        "NOTAUTH": "NotAuth",
        "NOTZONE": "NotZone",
    }
)
"""By number, from 0. Source: RFC 1035 and 2136; the agent's decode_protobuf.go on the right."""

UNDEFINED = "UnDefined"
"""What the agent writes for a number above these."""
