"""What the layers of a network are called on the sheets."""

from mlp2xlsx.workbook.context import Context


def layer_name(context: Context, layer: int) -> str:
    """Name of a layer: 0 for the inputs, 1 for the first layer that computes, and so on."""
    words, hidden = context.texts["network"], len(context.lesson.network.hidden)
    if layer in (0, hidden + 1):
        return str(words["outputs" if layer else "inputs"])
    return str(words["hidden"]).format(number=f" {layer}" if hidden > 1 else "")
