// Reading numbers out of tensors.

extension Tensor {
  /// The elements in row-major order, converted to `type`.
  public func scalars<Scalar: TensorScalar>(
    as type: Scalar.Type, file: StaticString = #fileID, line: UInt = #line
  ) -> [Scalar] {
    withUnsafeBufferPointer(as: type, file: file, line: line) { Array($0) }
  }

  /// Calls `body` with the elements in row-major order, converted to `type`: with the tensor's own memory, uncopied, where
  /// it has that type and order. The pointer is good until `body` returns.
  ///
  /// ```swift
  /// let largest = x.withUnsafeBufferPointer(as: Float.self) { $0.max() }
  /// ```
  public func withUnsafeBufferPointer<Scalar: TensorScalar, Result>(
    as type: Scalar.Type, file: StaticString = #fileID, line: UInt = #line,
    _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    if isInvalid { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
    if isBatched { report(.batched("scalars", self)) }
    willBeRead(by: "scalars(as:)", file, line)
    let exact = noGrad { with(source: nil).converted(to: Scalar.dtype).contiguous() }
    return try withExtendedLifetime(exact.storage) {
      let start = UnsafeRawPointer(exact.baseAddress).assumingMemoryBound(to: Scalar.self)
      return try body(UnsafeBufferPointer(start: start, count: elementCount))
    }
  }

  /// Calls `body` with the elements' bytes in row-major order and little-endian, uncopied where they lie so. The pointer is
  /// good until `body` returns.
  public func withUnsafeBytes<Result>(
    file: StaticString = #fileID, line: UInt = #line, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    if isInvalid { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    if isBatched { report(.batched("bytes", self)) }
    willBeRead(by: "withUnsafeBytes", file, line)
    let plain = noGrad { with(source: nil).contiguous() }
    return try withExtendedLifetime(plain.storage) {
      try body(UnsafeRawBufferPointer(start: plain.baseAddress, count: elementCount * dtype.byteCount))
    }
  }

  /// The only element, converted to `type`.
  ///
  /// Of what a failed operation gave inside `withTensorErrors` it is NaN, or 0 where `type` has none.
  public func item<Scalar: TensorScalar>(
    as type: Scalar.Type, file: StaticString = #fileID, line: UInt = #line
  ) -> Scalar {
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
    return scalars(as: type, file: file, line: line)[0]
  }

  /// The only element; NaN after a failure inside `withTensorErrors`.
  public func item(file: StaticString = #fileID, line: UInt = #line) -> Double {
    if isBatched { report(.batched("item", self)) }
    willBeRead(by: "item()", file, line)
    if elementCount == 1, !isInvalid, let value = backend.number(self) { return value }
    return item(as: Double.self, file: file, line: line)
  }

  /// Tells a recording that the program is about to learn this tensor's numbers.
  func willBeRead(by reader: String, _ file: StaticString? = nil, _ line: UInt = 0) {
    if RunningRecordings.areAny { RunningRecordings.noteUse(of: storage.origin) }
    LaunchList.refuse()
    guard let recorder = Modes.current.recorder else { return }
    recorder.willRead(self, by: reader, at: file.map { CallSite(file: $0, line: line) })
  }
}
