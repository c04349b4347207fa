"""What of a list of requirements the image already has: decided offline, from the metadata of installed packages."""

import importlib.metadata

from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
from pip._vendor.packaging.utils import canonicalize_name


def lacking(lines, constraints):
    """({names that are not installed}, [lines that another version is installed of]), as sorted lists."""
    limits = {}
    for requirement in map(parsed, constraints):
        limits.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    missing, mismatched, seen = set(), set(), set()
    queue = [(parsed(line), {""}) for line in lines]
    while queue:
        requirement, extras = queue.pop()
        key = (str(requirement), tuple(sorted(extras)))
        if key in seen or not applies(requirement, extras):
            continue
        seen.add(key)
        name = canonicalize_name(requirement.name)
        try:
            found = importlib.metadata.distribution(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            missing.add(name)
            continue
        if not all(fits(wanted, found.version) for wanted in [requirement, *limits.get(name, [])]):
            mismatched.add(f"{name} {found.version} is installed, {requirement.specifier or 'another version'} is wanted")
        # What a package needs by itself was seen to when it was installed; what its extras add was not.
        if requirement.extras:
            needs = [Requirement(line) for line in found.requires or []]
            queue += [(need, requirement.extras) for need in needs if need.marker and "extra" in str(need.marker)]
    return sorted(missing), sorted(mismatched)


def parsed(line):
    try:
        return Requirement(line)
    except InvalidRequirement as error:
        raise InvalidRequirement(f"{line!r} is not a requirement: {error}") from None


def applies(requirement, extras):
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras)


def fits(requirement, version):
    return not applies(requirement, {""}) or requirement.specifier.contains(version, prereleases=True)
