import WeftTensor

/// Tensors with given values that lie in memory in unusual ways.
package enum MemoryLayouts {
  /// The same values: transposed in memory, every second element of a larger tensor, backward, with an offset.
  package static func equal(to tensor: Tensor) -> [(name: String, tensor: Tensor)] {
    guard tensor.rank > 0, tensor.elementCount > 0 else { return [] }
    var found = [
      ("every second element of a larger tensor", spread(tensor)),
      ("backward in memory", backward(tensor)),
      ("in the middle of a larger tensor", embedded(tensor)),
    ]
    if tensor.rank > 1 {
      let reversed = Array((0..<tensor.rank).reversed())
      found.append(("transposed in memory", tensor.permuted(reversed).contiguous().permuted(reversed)))
      found.append(("channels last in memory", channelsLast(tensor)))
    }
    return found
  }

  /// Other values, repeated by stride 0 along one axis.
  package static func repeated(_ tensor: Tensor) -> [(name: String, tensor: Tensor)] {
    tensor.shape.indices.filter { tensor.shape[$0] > 1 }.map { axis in
      ("repeated along axis \(axis)", tensor.sliced(axis: axis, from: 0, to: 1).expanded(to: tensor.shape))
    }
  }

  private static func spread(_ tensor: Tensor) -> Tensor {
    let filler = tensor.zerosLike().unsqueezed(-1)
    return concatenated([tensor.unsqueezed(-1), filler], axis: -1).flattened(from: -2).sliced(axis: -1, step: 2)
  }

  private static func backward(_ tensor: Tensor) -> Tensor {
    tensor.sliced(axis: 0, step: -1).contiguous().sliced(axis: 0, step: -1)
  }

  private static func embedded(_ tensor: Tensor) -> Tensor {
    let margin = tensor.sliced(axis: -1, from: 0, to: 1).zerosLike()
    return concatenated([margin, tensor, margin], axis: -1).sliced(axis: -1, from: 1, to: -1)
  }

  private static func channelsLast(_ tensor: Tensor) -> Tensor {
    var order = Array(0..<tensor.rank)
    order.append(order.remove(at: min(1, tensor.rank - 1)))
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return tensor.permuted(order).contiguous().permuted(inverse)
  }
}
