import Weft
import WeftONNX

/// A model with what is exported of it.
struct ExportCase {
  let name: String
  let module: Module
  let inputs: [Tensor]
  let free: [FreeAxis]
  let forward: ([Tensor]) -> [Tensor]

  init(
    _ name: String, _ module: Module, _ inputs: [Tensor], free: [FreeAxis] = ["batch"], dtype: DType = .float32,
    _ forward: (([Tensor]) -> [Tensor])? = nil
  ) {
    (self.name, self.module, self.free) = (name, module, free)
    self.inputs = dtype == .float32 ? inputs : inputs.map { $0.converted(to: dtype) }
    self.forward = forward ?? { [module($0[0])] }
    module.eval()
    Self.fill(module)
    if dtype != .float32 { module.convert(to: dtype) }
  }

  /// Parameters and buffers that are no neutral elements, so that none could be left out unseen.
  private static func fill(_ module: Module) {
    for (place, (_, parameter)) in module.namedParameters().enumerated() {
      parameter.value = ExportCase.numbers(parameter.shape.sizes, place + 1) * 0.5
    }
    for (place, (name, buffer)) in module.namedBuffers().enumerated() where buffer.value.dtype.isFloatingPoint {
      let numbers = ExportCase.numbers(buffer.value.shape.sizes, 100 + place)
      if name.hasSuffix("running_var") { buffer.value = numbers.abs() + 0.5 }
      if name.hasSuffix("running_mean") { buffer.value = numbers * 0.5 }
    }
  }

  static func numbers(_ sizes: [Int], _ seed: Int = 0) -> Tensor {
    Tensor(normal: Shape(sizes), using: RandomStream(seed: UInt64(seed)))
  }

  static func tokens(_ sizes: Int..., below count: Int = 20) -> Tensor {
    Tensor(integers: Shape(sizes), in: 1..<count, using: RandomStream(seed: 2))
  }

  static func x(_ sizes: Int...) -> [Tensor] { [numbers(sizes, 7)] }

  /// The inputs, and others of other sizes along the free axes.
  func calls() -> [[Tensor]] {
    var calls = [inputs]
    guard !free.isEmpty else { return calls }
    for variant in [0, 1] {
      var others = inputs
      for axis in free {
        for input in axis.inputs ?? Array(inputs.indices) {
          guard let place = others[input].shape.axis(axis.axis) else { continue }
          let old = inputs[input].shape[place]
          let size = axis.axis == 0 ? (variant == 0 ? 1 : 4) : axis.sizes.map { $0[variant + 1] } ?? old + variant
          others[input] = others[input].indexSelected(Tensor((0..<size).map { $0 % old }), axis: place)
        }
      }
      calls.append(others)
    }
    return calls
  }
}

extension ExportCase {
  static func all() -> [ExportCase] {
    activations() + simple() + convolutions() + pools() + normalizations() + paddings() + spatial() + ofTwo()
      + partial() + pieces() + recurrent() + attention() + transformers() + models()
  }
}
