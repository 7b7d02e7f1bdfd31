import WeftData
import WeftNN
import WeftTensor

/// A tensor that a module may load: what is known of it before it is read.
struct LoadOffer {
  let name: String
  let spec: TensorSpec
  let read: () throws(DataFileError) -> Tensor

  init(_ name: String, _ spec: TensorSpec, _ read: @escaping () throws(DataFileError) -> Tensor) {
    (self.name, self.spec, self.read) = (name, spec, read)
  }

  /// The same under another name.
  func named(_ name: String) -> LoadOffer { LoadOffer(name, spec, read) }

  /// A matrix, its axes exchanged.
  var turned: LoadOffer {
    guard spec.shape.rank == 2 else { return self }
    let read = read
    return LoadOffer(name, TensorSpec([spec.shape[1], spec.shape[0]], spec.dtype)) { () throws(DataFileError) in
      try read().transposed().contiguous()
    }
  }
}

/// What is to be loaded where: made before anything is read, and checked as a whole before anything is changed.
struct LoadPlan {
  private let module: Module
  private let offers: [LoadOffer]
  private let fitting: [String]

  /// - Throws: `CheckpointError` where the offers do not fit, `DataFileError` where they cannot be compared.
  init(
    of offers: [LoadOffer], for module: Module, source: String, partial: Bool, transposing: ((String) -> Bool)?,
    converting: Bool
  ) throws {
    let turned = offers.map { transposing?($0.name) == true ? $0.turned : $0 }
    let offers = try Self.withoutAliases(turned, module)
    let problems = CheckpointError(
      module: module.specs, file: offers.map { ($0.name, $0.spec) }, source: source, mayLack: module.mayLack,
      saysLayout: transposing != nil, converting: converting)
    if problems.preventsLoading(partial: partial) { throw problems }
    (self.module, self.offers, fitting) = (module, offers, problems.fitting)
  }

  /// Reads, then loads.
  ///
  /// - Parameter copying: Whether the values go into the memory that the module has; else they are taken as they are.
  /// - Returns: The names that were loaded.
  func carryOut(copying: Bool) throws -> [String] {
    let wanted = Set(fitting)
    var found: [String: Tensor] = [:]
    // What is mapped is not read here; what may turn out to be damaged is.
    for offer in offers where wanted.contains(offer.name) { found[offer.name] = try offer.read() }
    for (name, parameter) in module.namedParameters() {
      guard let tensor = found.removeValue(forKey: name) else { continue }
      if copying, parameter.dtype == tensor.dtype, parameter.uniqueValue().takes(tensor) { continue }
      parameter.value = tensor.owned(copying && parameter.dtype == tensor.dtype)
    }
    for (name, buffer) in module.namedBuffers() {
      guard let tensor = found.removeValue(forKey: name) else { continue }
      let dtype = buffer.value.dtype
      buffer.value = tensor.owned(copying && dtype == tensor.dtype).converted(to: dtype)
    }
    return fitting
  }

  /// Tied weights under their first names: a file may hold one under another name, or under several with equal values.
  private static func withoutAliases(_ offers: [LoadOffer], _ module: Module) throws -> [LoadOffer] {
    let aliases = module.aliases()
    if aliases.isEmpty { return offers }
    var found = Dictionary(offers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return try offers.compactMap { offer in
      guard let name = aliases[offer.name] else { return offer }
      if let first = found[name] { return try first.read().isSame(as: offer.read()) ? nil : offer }
      found[name] = offer
      return offer.named(name)
    }
  }
}

extension Tensor {
  /// Puts a tensor's elements into this one's memory; false where they do not lie alike.
  fileprivate func takes(_ tensor: Tensor) -> Bool {
    guard shape == tensor.shape, tensor.isContiguous else { return false }
    return tensor.withUnsafeBytes { overwrite(with: $0) }
  }

  /// Elements in memory of their own, where asked for.
  fileprivate func owned(_ isAsked: Bool) -> Tensor { isAsked ? cloned() : self }

  /// Whether both are the same elements, in one place or by their values.
  fileprivate func isSame(as other: Tensor) -> Bool {
    storage === other.storage && offset == other.offset && spec == other.spec && strides == other.strides
      || (spec == other.spec && withUnsafeBytes { mine in other.withUnsafeBytes { mine.elementsEqual($0) } })
  }
}

extension Module {
  /// The shapes and types of all that files hold of a module, by name.
  fileprivate var specs: [(name: String, spec: TensorSpec)] {
    state().map { ($0.name, $0.tensor.spec) }
  }

  /// What files of PyTorch before 0.4.1 do not have: it keeps its value.
  fileprivate var mayLack: Set<String> {
    var names: Set<String> = []
    for (name, module) in namedModules() where module is BatchNormLayer || module is InstanceNormLayer {
      names.insert((name.isEmpty ? "" : name + ".") + "num_batches_tracked")
    }
    return names
  }
}

extension Parameter {
  fileprivate var dtype: DType { spec.dtype }
}
