import WeftTensor

/// The values of modules that adapters save as a whole: each adapter has its own, and those of one are in place.
///
/// A parameter stays the object that it is, so that optimizers know it; its value is exchanged.
final class SavedModules {
  /// The values as they were before any adapter.
  private(set) var originals: [(parameter: Parameter, value: Tensor)] = []
  /// The values of adapters that are not in place.
  private var values: [String: [(parameter: Parameter, value: Tensor)]] = [:]
  /// Whose values are in place; nil for the originals.
  private var present: String?

  /// Remembers what modules are before they learn.
  func keep(_ modules: [Module]) {
    for parameter in modules.flatMap({ $0.parameters() }) {
      let isKnown = originals.contains { $0.parameter === parameter }
      if !isKnown { originals.append((parameter, parameter.value)) }
    }
  }

  /// Puts the values of an adapter in place, which are the originals at first; only what is in place learns.
  ///
  /// - Parameters:
  ///   - name: Whose; nil for the originals.
  ///   - modules: What that adapter saves.
  func place(_ name: String?, _ modules: [Module]) {
    if let present { values[present] = originals.map { ($0.parameter, $0.parameter.value) } }
    present = name
    for (parameter, original) in originals {
      let own = name.flatMap { values[$0] }?.first { $0.parameter === parameter }
      parameter.value = own?.value ?? original
    }
    let learning = Set(modules.flatMap { $0.parameters() }.map { ObjectIdentifier($0) })
    for (parameter, _) in originals { parameter.requiresGrad = learning.contains(ObjectIdentifier(parameter)) }
  }

  /// The values of an adapter's parameters, in place or not.
  func value(of parameter: Parameter, in name: String) -> Tensor {
    if present == name { return parameter.value }
    return values[name]?.first { $0.parameter === parameter }?.value ?? parameter.value
  }

  /// Forgets an adapter's values, which are not in place.
  func forget(_ name: String) { values[name] = nil }

  /// Forgets everything, and leaves what is in place.
  func forgetAll() { (originals, values, present) = ([], [:], nil) }
}
