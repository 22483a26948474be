"""The lies about what agents keep in the nodes' kernels, and who must catch each."""

from __future__ import annotations

from catalog.fault import LEFT_OVERS, Fault

FOOTPRINT = ("ebpf_footprint.feature", "ebpf_programs.feature")
ON = {
    "FlowRTT": "Programs of round-trip times hang in place when it is on",
    "PacketDrop": "Programs of packet drops hang in place when it is on",
    "PacketTranslation": "Programs of packet translation hang in place when it is on",
    "NetworkEvents": "Programs of network events hang in place when it is on",
    "IPSec": "Programs of IPsec tracking hang in place when it is on",
}
DNS_ON = "DNS tracking remembers a million questions when it is on"
PROGRAMS_ON = (*ON.values(), DNS_ON)
OFF = {
    "FlowRTT": "Without round-trip times nothing of it is in use",
    "PacketDrop": "Without packet drops nothing of it is in use",
    "PacketTranslation": "Without packet translation nothing of it is in use",
    "NetworkEvents": "Without network events nothing of it is in use",
    "IPSec": "Without IPsec tracking nothing of it is in use",
    "DNSTracking": "Without DNS tracking nothing of it is in use",
}
HOOKS = "Each watched interface has a hook in either direction"
UNPRIVILEGED = "Agents without privileges leave the interfaces of pods alone"
CACHE = "The main map takes what the cache is set to"
FILTER = "A flow filter is held in maps of 16 rules"
GROWING = "No map takes its memory before it has entries"
STALE = "Nothing of an earlier agent stays in the kernel"
ALIKE = "All nodes run the same object code"
BUDGET = "Maps and programs of each node stay within budget"
NO_POD = "Reading the kernels leaves no privileged pod behind"
EVERY_HOOK = (HOOKS, UNPRIVILEGED)

KERNEL_FAULTS = (
    Fault(
        "hooks-missing-on-one-interface",
        "the agent of one node has hung no hook on the node's uplink",
        EVERY_HOOK,
    ),
    Fault(
        "hook-missing-one-way",
        "the agent of one node does not see what enters the node's uplink",
        EVERY_HOOK,
    ),
    Fault(
        "hooks-on-excluded-interfaces",
        "agents hang hooks on interfaces that the FlowCollector excludes",
        EVERY_HOOK,
    ),
    Fault(
        "hooks-in-pods-without-privileges",
        "agents hang hooks on the interfaces of pods although they are not privileged",
        (UNPRIVILEGED,),
    ),
    Fault(
        "xlat-loaded-and-not-attached",
        "the program of packet translation is loaded and hangs nowhere",
        (ON["PacketTranslation"],),
    ),
    Fault(
        "ipsec-attached-to-calls-alone",
        "the programs for the return of the IPsec functions hang at their call",
        (ON["IPSec"],),
    ),
    Fault(
        "drops-stay-attached-when-off",
        "the program of packet drops hangs in place although the feature is off",
        (OFF["PacketDrop"], UNPRIVILEGED),
    ),
    Fault(
        "maps-keep-their-size-when-off",
        "maps of features that are off are as large as if they were on",
        tuple(OFF.values()),
    ),
    Fault("map-preallocated", "the main map takes all its memory at once", (GROWING, BUDGET)),
    Fault(
        "dns-questions-never-freed",
        "questions stay in the map of DNS tracking until it is full",
        (BUDGET,),
    ),
    Fault(
        "stale-programs-on-one-node",
        "what an earlier agent of one node had loaded stays in the kernel",
        (STALE, BUDGET),
    ),
    Fault(
        "other-object-code-on-one-node",
        "the agent of one node has loaded other programs under the same names",
        (ALIKE,),
    ),
    Fault(
        "privileged-pod-stays",
        "a policy engine puts a finalizer on privileged pods, and never takes it off",
        (NO_POD, LEFT_OVERS),
        shown_in=FOOTPRINT,
    ),
    Fault("bpftool-missing-in-image", "the image of privileged pods has no bpftool", FOOTPRINT),
    Fault(
        "bpftool-answers-cut-off",
        "only the first half of each of bpftool's lists arrives",
        FOOTPRINT,
    ),
    Fault(
        "bpftool-of-before-tcx",
        "bpftool is so old that it knows links of TCX by their number alone",
        EVERY_HOOK,
    ),
)
