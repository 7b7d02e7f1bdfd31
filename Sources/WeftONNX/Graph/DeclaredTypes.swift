extension DeclaredType {
  init(_ proto: Onnx_TypeProto, depth: Int = 0) {
    guard depth < 32 else {
      self = .other("types nested deeper than 32")
      return
    }
    switch proto.value {
    case .tensorType(let type):
      let sizes = type.hasShape ? type.shape.dim.map(Self.size) : nil
      self = .tensor(element: Int(type.elemType), sizes: sizes)
    case .sequenceType(let type): self = .sequence(DeclaredType(type.elemType, depth: depth + 1))
    case .optionalType(let type): self = .optional(DeclaredType(type.elemType, depth: depth + 1))
    case .sparseTensorType: self = .other("sparse tensors")
    case .mapType: self = .other("maps")
    case .opaqueType(let type): self = .other("opaque values of \(type.domain).\(type.name)")
    case nil: self = .tensor(element: 0, sizes: nil)
    }
  }

  private static func size(_ dimension: Onnx_TensorShapeProto.Dimension) -> DeclaredSize {
    switch dimension.value {
    case .dimValue(let size): .number(Int(size))
    case .dimParam(let name): name.isEmpty ? .unknown : .name(name)
    case nil: .unknown
    }
  }
}
