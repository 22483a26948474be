"""What can go wrong while a cluster is given what it lacks: only a run with `--install` meets it.

`caught_by` is every scenario, since nothing can be judged; what counts is the cause that is named.
"""

from __future__ import annotations

from catalog.fault import EVERYTHING, Fault

SAYS = {
    "catalogue-unhealthy": "the catalogue of operators does not answer",
    "bundle-never-unpacked": "the bundle of an operator's version cannot be pulled",
    "operator-never-ready": "the containers of operators cannot be created",
    "operator-image-refused": "the registry refuses the images of operators",
    "object-store-image-refused": "the registry refuses the image of the object store",
    "loki-image-refused": "the registry refuses the images of Loki",
    "bucket-missing": "the object store has lost the bucket that Loki is to use",
    "keys-refused": "the object store does not know the access key that Loki was given",
    "public-registries-unreachable": "only a mirror gives images away, public registries do not",
    "volumes-never-bound": "the provisioner of volumes does not answer",
}

INSTALL_FAULTS = tuple(Fault(name, says, (EVERYTHING,)) for name, says in SAYS.items())
