import WeftData
import WeftTensor

extension StoredTensor {
  /// The tensor. Where the file has it in a type and place that a tensor can have, it lies over the file's own bytes,
  /// and nothing was read yet; tensors that share elements in the file share them here.
  func tensor(limits: LoadLimits) throws(DataFileError) -> Tensor {
    if let view = try sharedView() { return view }
    let dense = try dense(limits: limits)
    try checkTruths(dense)
    if type.isPlain || type.isComplex {
      if let tensor = Tensor(sharing: dense.memory.storage, spec, byteOffset: dense.range.lowerBound) { return tensor }
      try Self.checkRoom(for: byteCount, dense.memory.name, name)
      let tensor = Tensor(uninitialized: spec)
      _ = tensor.overwrite(with: dense.bytes)
      return tensor
    }
    guard type.isReadable else {
      throw DataFileError(
        .unsupported, file: dense.memory.name, at: dense.range.lowerBound,
        expected: "tensor \(name) of a type that is read as numbers", found: "\(type)",
        hint: "its bytes are at hand: `bytes(named:)`")
    }
    try Self.checkRoom(for: spec.byteCount, dense.memory.name, name)
    let tensor = Tensor(uninitialized: spec)
    guard let target = tensor.ownBytes?.bindMemory(to: Float.self) else { return tensor }
    if case .quantized(let dtype) = type, let scaling = elements.scaling {
      try scaling.decode(dense.bytes, of: dtype, shape, into: target, limits: limits)
    } else {
      type.decode(dense.bytes, into: target)
    }
    return tensor
  }

  /// A strided view of memory that other tensors of the file may share.
  private func sharedView() throws(DataFileError) -> Tensor? {
    guard let strides = elements.strides, case .memory(let memory, let range) = elements.source,
      case .plain(let dtype) = type, dtype != .bool, !elements.isBigEndian || dtype.byteCount == 1
    else { return nil }
    return Tensor(
      sharing: memory.storage, spec, strides: strides, byteOffset: range.lowerBound + elements.byteOffset)
  }

  /// Kernels count on it that a truth value is 0 or 1.
  func checkTruths(_ dense: DenseBytes) throws(DataFileError) {
    guard type == .plain(.bool), let wrong = dense.bytes.firstIndex(where: { $0 > 1 }) else { return }
    throw DataFileError(
      .badValue, file: dense.memory.name, at: dense.range.lowerBound + wrong,
      expected: "0 or 1 in tensor \(name) of type BOOL", found: "\(dense.bytes[wrong])")
  }
}

extension StoredType {
  var isComplex: Bool { if case .complex = self { true } else { false } }

  /// Turns units of a type that tensors do not have into numbers. There is room for all of them.
  func decode(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
    if case .blocks(let type) = self { return type.decode(source, into: target) }
    if self == .float4 {
      for (place, byte) in source.enumerated() {
        target[2 * place] = SmallFloats.float4[Int(byte & 15)]
        target[2 * place + 1] = SmallFloats.float4[Int(byte >> 4)]
      }
      return
    }
    guard let table = SmallFloats.table(of: self) else { return }
    table.withUnsafeBufferPointer { table in
      for place in source.indices { target[place] = table[Int(source[place])] }
    }
  }
}

/// What the floating-point types of a byte or less hold.
private enum SmallFloats {
  /// The value of each byte.
  static func table(of type: StoredType) -> [Float]? {
    switch type {
    case .float8E4M3: e4m3
    case .float8E5M2: e5m2
    case .float8E4M3FNUZ: e4m3fnuz
    case .float8E5M2FNUZ: e5m2fnuz
    case .float8E8M0: e8m0
    default: nil
    }
  }

  static let float4: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6]
  private static let e4m3 = values(mantissaBits: 3, bias: 7) { $0 & 0x7F == 0x7F ? .nan : nil }
  private static let e5m2 = values(mantissaBits: 2, bias: 15) { byte in
    byte & 0x7C < 0x7C ? nil : byte & 3 != 0 ? .nan : byte < 0x80 ? .infinity : -.infinity
  }
  private static let e4m3fnuz = values(mantissaBits: 3, bias: 8) { $0 == 0x80 ? .nan : nil }
  private static let e5m2fnuz = values(mantissaBits: 2, bias: 16) { $0 == 0x80 ? .nan : nil }
  private static let e8m0 = (0..<256).map { byte in
    byte == 255 ? Float.nan : Float(sign: .plus, exponent: byte - 127, significand: 1)
  }

  private static func values(mantissaBits: Int, bias: Int, special: (Int) -> Float?) -> [Float] {
    (0..<256).map { byte in
      if let value = special(byte) { return value }
      let (exponent, mantissa) = ((byte & 0x7F) >> mantissaBits, byte & ((1 << mantissaBits) - 1))
      let fraction = Float(mantissa) / Float(1 << mantissaBits)
      let magnitude = Float(
        sign: .plus, exponent: max(exponent, 1) - bias, significand: exponent == 0 ? fraction : 1 + fraction)
      return byte < 0x80 ? magnitude : -magnitude
    }
  }
}
