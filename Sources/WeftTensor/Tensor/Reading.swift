// Reading numbers out of tensors.

extension Tensor {
  /// The elements in row-major order, converted to `type`.
  public func scalars<Scalar: TensorScalar>(as type: Scalar.Type) -> [Scalar] {
    if isInvalid { return [] }
    if isBatched { report(.batched("scalars", self)) }
    let exact = noGrad { with(source: nil).converted(to: Scalar.dtype).contiguous() }
    return [Scalar](unsafeUninitializedCapacity: elementCount) { buffer, count in
      let byteCount = elementCount * Scalar.dtype.byteCount
      UnsafeMutableRawBufferPointer(buffer).copyMemory(
        from: UnsafeRawBufferPointer(start: exact.baseAddress, count: byteCount))
      count = elementCount
    }
  }

  /// The only element, converted to `type`.
  ///
  /// Of what a failed operation gave inside `withTensorErrors` it is NaN, or 0 where `type` has none.
  public func item<Scalar: TensorScalar>(as type: Scalar.Type) -> Scalar {
    guard elementCount == 1, !isInvalid else {
      if !isInvalid {
        report(
          TensorError(
            .shape, operation: "item", operands: [("tensor", spec)], expected: "a single element",
            got: "\(elementCount) elements", hint: "reduce first (`.sum()`, `.mean()`), or read `scalars(as:)`"))
      }
      // NaN, with which no comparison holds; 0 and false where there is none.
      return Tensor(full: [], Scalar.dtype.isFloatingPoint ? .nan : 0, dtype: Scalar.dtype).scalars(as: type)[0]
    }
    return scalars(as: type)[0]
  }

  /// The only element; NaN after a failure inside `withTensorErrors`.
  public func item() -> Double {
    if isBatched { report(.batched("item", self)) }
    if elementCount == 1, !isInvalid, let value = device.backend.number(self) { return value }
    return item(as: Double.self)
  }
}
