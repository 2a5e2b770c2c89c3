"""Models of other libraries, from which lessons are made.

Neither scikit-learn nor PyTorch is imported: a model is known by the names of its class and attributes.
"""

from mlp2xlsx.interop.scikit import from_sklearn
from mlp2xlsx.interop.tables import Model
from mlp2xlsx.interop.torch import from_torch

__all__ = ["Model", "from_sklearn", "from_torch"]
