import WeftData
import WeftTensor

extension StoredScaling: Hashable {
  static func == (left: StoredScaling, right: StoredScaling) -> Bool {
    switch (left, right) {
    case (.tensor(let scale, let zeroPoint), .tensor(let otherScale, let otherZeroPoint)):
      scale == otherScale && zeroPoint == otherZeroPoint
    case (.channels(let channels), .channels(let others)): channels === others
    default: false
    }
  }

  func hash(into hasher: inout Hasher) {
    switch self {
    case .tensor(let scale, let zeroPoint):
      hasher.combine(scale)
      hasher.combine(zeroPoint)
    case .channels(let channels): hasher.combine(ObjectIdentifier(channels))
    }
  }
}

extension StoredScaling {
  /// Turns whole numbers, row-major, into what they stand for. There is room for all of them.
  func decode(
    _ source: UnsafeRawBufferPointer, of dtype: DType, _ shape: Shape, into target: UnsafeMutableBufferPointer<Float>,
    limits: LoadLimits
  ) throws(DataFileError) {
    var (scales, zeroPoints, length) = ([0.0], [0.0], max(1, target.count))
    switch self {
    case .tensor(let scale, let zeroPoint): (scales, zeroPoints) = ([scale], [zeroPoint])
    case .channels(let channels):
      scales = try channels.scales.tensor(limits: limits).scalars(as: Double.self)
      zeroPoints = try channels.zeroPoints.tensor(limits: limits).scalars(as: Double.self)
      length = shape.sizes[(channels.axis + 1)...].reduce(1, *)
    }
    // The scales have the type of the results, as PyTorch has it.
    let factors = scales.map { Double(Float($0)) }
    for place in target.indices {
      let channel = place / length % factors.count
      target[place] = Float((Self.number(source, dtype, place) - zeroPoints[channel]) * factors[channel])
    }
  }

  private static func number(_ source: UnsafeRawBufferPointer, _ dtype: DType, _ place: Int) -> Double {
    switch dtype {
    case .int8: Double(Int8(bitPattern: source[place]))
    case .uint8: Double(source[place])
    default: Double(source.loadUnaligned(fromByteOffset: 4 * place, as: Int32.self))
    }
  }
}
