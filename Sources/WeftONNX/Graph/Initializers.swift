import WeftTensor

/// What a model's initializers become: parameters, buffers and constants, numbered over all of its graphs.
struct Initializers {
  private(set) var parameters: [(name: String, tensor: Tensor)] = []
  private(set) var buffers: [(name: String, tensor: Tensor)] = []
  private var names: Set<String> = []

  /// How an initializer is used.
  struct Use {
    /// At an input through which gradients flow.
    var learns = false
    /// At an input that training changes by itself.
    var isBuffer = false
  }

  mutating func add(_ name: String, _ tensor: Tensor, _ use: Use) -> Graph.Given {
    guard tensor.dtype.isFloatingPoint else { return .constant(.tensor(tensor)) }
    if use.isBuffer {
      buffers.append((free(name), tensor))
      return .buffer(buffers.count - 1)
    }
    guard use.learns else { return .constant(.tensor(tensor)) }
    parameters.append((free(name), tensor))
    return .parameter(parameters.count - 1)
  }

  /// The name, or, where a graph inside has it again, one that is free.
  private mutating func free(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !names.insert(candidate).inserted {
      candidate = "\(name).\(number)"
      number += 1
    }
    return candidate
  }
}
