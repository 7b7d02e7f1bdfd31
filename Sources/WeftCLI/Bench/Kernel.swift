import Weft

/// One kernel of one size.
struct Kernel {
  let name: String
  let size: String
  /// Additions and multiplications of its products; 0 where memory is what counts.
  let operations: Double
  /// Bytes it must read and write at least, each input and output once.
  let bytes: Double
  var dtype = DType.float32
  /// Makes the tensors, and gives the function to be measured.
  let prepare: () throws -> () -> Void
}

extension Kernel {
  /// A kernel that is a function of tensors of these shapes; the tensors' bytes count, and the result's.
  static func forward(
    _ name: String, _ size: String, _ shapes: [Shape], dtype: DType = .float32, operations: Double = 0,
    result: Shape, _ run: @escaping ([Tensor]) -> Tensor
  ) -> Kernel {
    let numbers = (shapes + [result]).reduce(0) { $0 + $1.elementCount }
    return Kernel(
      name: name, size: size, operations: operations, bytes: Double(numbers * dtype.byteCount), dtype: dtype
    ) {
      let inputs = shapes.map { Tensor(normal: $0).converted(to: dtype) }
      return { noGrad { _ = run(inputs) } }
    }
  }

  /// The gradient of such a function with respect to the inputs of these places: its rule alone, again and again.
  ///
  /// - Parameter bytes: What the rule must move, in numbers of elements.
  static func gradient(
    _ name: String, _ size: String, _ shapes: [Shape], of places: [Int], operations: Double = 0, numbers: Int,
    _ run: @escaping ([Tensor]) -> Tensor
  ) -> Kernel {
    Kernel(name: name, size: size, operations: operations, bytes: Double(4 * numbers)) {
      let inputs = shapes.enumerated().map { place, shape in
        places.contains(place) ? Tensor(normal: shape).requiringGrad() : Tensor(normal: shape)
      }
      let output = run(inputs)
      let seed = output.detach()  // as it lies in memory
      let wanted = places.map { inputs[$0] }
      return { _ = try? grad(of: [output], with: wanted, seeds: [seed], retainGraph: true) }
    }
  }
}
