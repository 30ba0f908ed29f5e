"""All cases of scripts/bench."""
from .bundle_cases import bundle_cases
from .file_cases import file_cases
from .merge_cases import merge_cases
from .registry_cases import registry_cases


def cases(data):
    return [*merge_cases(data), *file_cases(data), *registry_cases(data), *bundle_cases(data)]
