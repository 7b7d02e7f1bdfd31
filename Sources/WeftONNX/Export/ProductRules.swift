import WeftTensor

// Products of matrices.
extension ExportRules {
  static let products: [(String, ExportRule)] = [
    rule(LinearOperation.self) { _, step in
      let (x, weight) = (step.input(0), step.input(1))
      let bias = step.inputs.count > 2 ? step.input(2) : nil
      if x.rank == 2 {
        return [
          step.graph.emit("Gemm", [x, weight, bias], ["transB": .integer(1)], shapes: step.outputShapes[0])
        ]
      }
      let product = step.graph.emit(
        "MatMul", [x, step.graph.transpose(weight, [1, 0])], shapes: step.outputShapes[0])
      return [bias.map { step.graph.emit("Add", [product, $0]) } ?? product]
    },
    rule(MatMul.self) { _, step in
      let operands = DType.promoted(step.inputSpecs)
      return [
        step.graph.emit(
          "MatMul", [step.input(0, as: operands), step.input(1, as: operands)], shapes: step.outputShapes[0])
      ]
    },
    rule(DistanceMatrix.self) { operation, step in
      // Differences of all pairs of rows, then their norm.
      let (a, b) = (step.input(0), step.input(1))
      let pairs = step.graph.emit(
        "Sub", [step.graph.unsqueeze(a, [a.rank - 1]), step.graph.unsqueeze(b, [b.rank - 2])])
      guard operation.order == 2 || operation.order == 1 else {
        throw ExportObstacle("distances of order 1 and 2 alone")
      }
      let name = operation.order == 2 ? "ReduceL2" : "ReduceL1"
      return [step.graph.reduce(name, pairs, [pairs.rank - 1], keepDims: false)]
    },
  ]

  static let convolutions: [(String, ExportRule)] = [
    rule(Convolution.self) { operation, step in
      let geometry = try ConvolutionGeometry(step.inputSpecs, operation.windows, operation: Convolution.name)
      return [
        step.graph.emit(
          "Conv", step.inputs.indices.map { step.input($0) },
          [
            "kernel_shape": .integers(geometry.kernel), "strides": .integers(geometry.stride),
            "pads": .integers(geometry.paddingBefore + geometry.paddingAfter),
            "dilations": .integers(geometry.dilation), "group": .integer(geometry.groups),
          ], shapes: step.outputShapes[0])
      ]
    },
    rule(ConvolutionTransposed.self) { operation, step in
      let geometry = try operation.geometry(step.inputSpecs).geometry
      let axes = geometry.kernel.count
      let reach = zip(geometry.kernel, geometry.dilation).map { ($0 - 1) * $1 }
      let padding = try operation.windows.padding.resolved(
        reach: reach, stride: geometry.stride, operation: ConvolutionTransposed.name)
      let extra = try operation.outputPadding.resolved(
        axes, "outputPadding", atLeast: 0, operation: ConvolutionTransposed.name)
      return [
        step.graph.emit(
          "ConvTranspose", step.inputs.indices.map { step.input($0) },
          [
            "kernel_shape": .integers(geometry.kernel), "strides": .integers(geometry.stride),
            "pads": .integers(padding.before + padding.after), "dilations": .integers(geometry.dilation),
            "output_padding": .integers(extra), "group": .integer(geometry.groups),
          ], shapes: step.outputShapes[0])
      ]
    },
  ]
}
